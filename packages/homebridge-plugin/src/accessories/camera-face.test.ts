import type { Camera } from '@nightjar/client';
import { FakeRecorder } from '@nightjar/testkit';
import { hap, hapAccessory } from '../../test/hap-accessory.ts';
import { logBook } from '../../test/log-book.ts';
import type { CameraContext } from '../camera-context.ts';
import { SessionBook } from '../session-book.ts';
import type { FaceSettings } from '../settings.ts';
import { SnapshotDesk } from '../snapshots/snapshot-desk.ts';
import { CameraFace, type HubRecordings } from './camera-face.ts';

const { Characteristic, Service } = hap;

const SETTINGS: FaceSettings = {
  isHidden: false,
  stream: 'auto',
  liveStart: 'cached',
  audio: true,
  recording: true,
  maxRecordingKbps: 2000,
  viewers: 2,
  occupancy: true,
  doorbell: false,
  switches: [],
  offInHome: 'privacy',
};

/** A hub's recordings of which only the services matter here. */
const recordings = (): HubRecordings => ({
  options: {
    prebufferLength: 4000,
    mediaContainerConfiguration: { type: 0, fragmentLength: 4000 },
    video: { type: 0, parameters: { profiles: [1], levels: [2] }, resolutions: [[1280, 720, 30]] },
    audio: { codecs: [{ type: 0, samplerate: 1, audioChannels: 1 }] },
  },
  follow: () => undefined,
  dispose: () => undefined,
  updateRecordingActive: () => undefined,
  updateRecordingConfiguration: () => undefined,
  closeRecordingStream: () => undefined,
  async *handleRecordingStreamRequest() {
    yield { data: Buffer.alloc(1), isLast: true };
  },
});

function world(changes: Partial<FaceSettings> = {}, accessory = hapAccessory('Porch')) {
  const recorder = new FakeRecorder({ cameras: ['porch'] });
  const { log, lines } = logBook();
  const ended: string[] = [];
  const state: { camera: Camera | undefined; isAway: boolean; mayNot?: boolean } = { camera: undefined, isAway: false };
  const context: CameraContext = {
    id: 'porch',
    recorder: {
      live: (id, options) => recorder.live(id, options),
      snapshot: (id) => recorder.snapshot(id),
      setCameraControls: async (id, controls) => {
        if (state.isAway) throw new Error('The recorder is away.');
        if (state.mayNot === true) throw Object.assign(new Error('the token may not control porch'), { code: 'NOT_ALLOWED' });
        return recorder.setCameraControls(id, controls);
      },
    },
    settings: { ...SETTINGS, ...changes },
    log,
    sessions: new SessionBook(),
    camera: () => state.camera,
  };
  const renamed: string[] = [];
  const face = new CameraFace({
    hap,
    accessory,
    context,
    snapshots: new SnapshotDesk({ cameraId: 'porch', recorder, placeholder: async () => new Uint8Array(1) }),
    live: () => ({
      prepareStream: (_request, callback) => callback(new Error('none')),
      handleStreamRequest: (_request, callback) => callback(),
      endAll: (why) => ended.push(why),
      dispose: () => ended.push('disposed'),
    }),
    recordings: recordings(),
    hasSound: true,
    version: '1.2.3',
    onRenamed: () => renamed.push(accessory.displayName),
  });
  const value = (service: typeof Service.MotionSensor, characteristic: typeof Characteristic.On): unknown =>
    accessory.getService(service)?.getCharacteristic(characteristic).value;
  return {
    accessory,
    ended,
    face,
    lines,
    recorder,
    renamed,
    state,
    value,
    /** The recorder says how its camera is. */
    async tell(of: Parameters<FakeRecorder['setCamera']>[1] = {}, settings: Parameters<FakeRecorder['setCamera']>[2] = {}) {
      state.camera = recorder.setCamera('porch', of, settings);
      face.update();
    },
    setActive: (isOn: boolean) =>
      accessory
        .getService(Service.CameraOperatingMode)
        ?.getCharacteristic(Characteristic.HomeKitCameraActive)
        .setValue(isOn ? 1 : 0),
  };
}

/** The accessory as Homebridge's cache gives it back. */
const afterRestart = ({ _associatedHAPAccessory }: ReturnType<typeof hapAccessory>) =>
  hapAccessory('Porch', _associatedHAPAccessory.UUID, hap.Accessory.deserialize(JSON.parse(JSON.stringify(hap.Accessory.serialize(_associatedHAPAccessory)))));

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a camera in Home', () => {
  it('says that something moves while it does, or while a trigger says so', async () => {
    const { face, tell, value } = world();
    await tell({ status: 'online', motion: false });
    expect(value(Service.MotionSensor, Characteristic.MotionDetected)).toBe(false);
    await tell({ status: 'online', motion: true });
    expect(value(Service.MotionSensor, Characteristic.MotionDetected)).toBe(true);
    expect(value(Service.OccupancySensor, Characteristic.OccupancyDetected)).toBe(1);
    await tell({ status: 'offline', motion: true });
    expect(value(Service.MotionSensor, Characteristic.MotionDetected)).toBe(false);
    await tell({ status: 'online', motion: false, forced: 'on' });
    expect(value(Service.MotionSensor, Characteristic.MotionDetected)).toBe(true);
    face.stop();
  });

  it('is faulty while it should be seen and is not, and says so once', async () => {
    const { face, lines, tell, value } = world();
    await tell({ status: 'online' });
    await tell({ status: 'offline', problem: 'no answer from 192.0.2.1' });
    await tell({ status: 'offline', problem: 'no answer from 192.0.2.1' });
    expect(value(Service.MotionSensor, Characteristic.StatusFault)).toBe(1);
    expect(value(Service.MotionSensor, Characteristic.StatusActive)).toBe(false);
    await tell({ status: 'online' });
    expect(value(Service.MotionSensor, Characteristic.StatusFault)).toBe(0);
    expect(lines.filter((line) => !line.startsWith('debug'))).toEqual([
      'info: Camera porch: the camera is there, 1920x1080',
      'warn: Camera porch: no answer from 192.0.2.1',
      'info: Camera porch: the camera is back',
    ]);
    face.stop();
  });

  it('that comes and goes is told of once a minute', async () => {
    const { face, lines, tell } = world();
    await tell({ status: 'online' });
    for (let times = 0; times < 5; times += 1) {
      await tell({ status: 'offline', problem: 'no answer' });
      await tell({ status: 'online' });
    }
    expect(lines.filter((line) => !line.startsWith('debug'))).toEqual([
      'info: Camera porch: the camera is there, 1920x1080',
      'warn: Camera porch: no answer',
      'info: Camera porch: the camera is back',
    ]);
    face.stop();
  });

  it('does not move because it did when Homebridge was stopped', async () => {
    const before = world();
    await before.tell({ status: 'online', motion: true });
    before.face.stop();
    const restored = afterRestart(before.accessory);
    expect(restored.getService(Service.MotionSensor)?.getCharacteristic(Characteristic.MotionDetected).value).toBe(true);
    const { face, value } = world({}, restored);
    expect(value(Service.MotionSensor, Characteristic.MotionDetected)).toBe(false);
    expect(value(Service.OccupancySensor, Characteristic.OccupancyDetected)).toBe(0);
    face.stop();
  });

  it('gets and loses services between restarts as it is configured, and keeps the others', () => {
    const kinds = ({ services }: { readonly services: readonly { readonly UUID: string }[] }): ReadonlySet<string> => new Set(services.map(({ UUID }) => UUID));
    const optional = [Service.OccupancySensor.UUID, Service.Doorbell.UUID, Service.Switch.UUID];
    let { accessory, face } = world({ occupancy: false });
    const always = kinds(accessory._associatedHAPAccessory);
    for (const isThere of [true, false, true]) {
      face.stop();
      ({ accessory, face } = world({ occupancy: isThere, doorbell: isThere, switches: isThere ? ['armed'] : [] }, afterRestart(accessory)));
      const now = kinds(accessory._associatedHAPAccessory);
      expect([...always].filter((uuid) => !now.has(uuid))).toEqual([]);
      expect(optional.map((uuid) => now.has(uuid))).toEqual([isThere, isThere, isThere]);
    }
    face.stop();
  });

  it('offers hubs the same recordings whether it is a doorbell or not: of another offer they would have to choose again', () => {
    const offered = [false, true].map((doorbell) => {
      const { accessory, face } = world({ doorbell });
      face.stop();
      return accessory.getService(Service.CameraRecordingManagement)?.getCharacteristic(Characteristic.SupportedCameraRecordingConfiguration).value;
    });
    expect(typeof offered[0]).toBe('string');
    expect(offered[1]).toBe(offered[0]);
  });

  it('says once that a token may not switch it, and does not ask again and again', async () => {
    const { face, lines, recorder, setActive, state, tell } = world();
    await tell({ status: 'online' });
    state.mayNot = true;
    setActive(false);
    await settled();
    state.mayNot = false;
    await tell();
    await settled();
    expect((await recorder.camera('porch')).controls.privacy).toBe(false);
    expect(lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn: Camera porch: what it is switched to in Home holds in Home only, because the recorder refuses it: the token may not control porch',
    ]);
    face.stop();
  });

  it('is let go by the recorder when it is switched off in Home, its views end, and its pictures are forgotten', async () => {
    const { ended, face, recorder, setActive, tell } = world();
    await tell({ status: 'online' });
    setActive(false);
    await settled();
    expect(ended).toEqual(['switched off in Home']);
    expect((await recorder.camera('porch')).controls.privacy).toBe(true);
    setActive(true);
    await settled();
    expect((await recorder.camera('porch')).controls.privacy).toBe(false);
    face.stop();
  });

  it('is let go later where the recorder is away just then', async () => {
    const { face, recorder, setActive, state, tell } = world();
    await tell({ status: 'online' });
    state.isAway = true;
    setActive(false);
    await settled();
    expect((await recorder.camera('porch')).controls.privacy).toBe(false);
    state.isAway = false;
    await tell();
    await settled();
    expect((await recorder.camera('porch')).controls.privacy).toBe(true);
    face.stop();
  });

  it('is let go again where it was removed and is back meanwhile', async () => {
    const { face, recorder, setActive, tell } = world();
    await tell({ status: 'online' });
    setActive(false);
    await settled();
    face.rest();
    await recorder.setCameraControls('porch', { privacy: false });
    face.wake();
    await settled();
    expect((await recorder.camera('porch')).controls.privacy).toBe(true);
    face.stop();
  });

  it('goes on being recorded when it is switched off in Home, where that is wanted', async () => {
    const { face, recorder, setActive, tell } = world({ offInHome: 'record' });
    await tell({ status: 'online' });
    setActive(false);
    await settled();
    expect((await recorder.camera('porch')).controls.privacy).toBe(false);
    face.stop();
  });

  it('has no motion while it is switched off in Home, also where it goes on being recorded', async () => {
    const { face, setActive, tell, value } = world({ offInHome: 'record' });
    const moves = (): unknown => value(Service.MotionSensor, Characteristic.MotionDetected);
    await tell({ status: 'online', motion: true });
    expect(moves()).toBe(true);
    setActive(false);
    await Promise.resolve();
    expect(moves()).toBe(false);
    await tell({ status: 'online', motion: true });
    face.triggered('bell', 'http');
    expect(moves()).toBe(false);
    setActive(true);
    await Promise.resolve();
    expect(moves()).toBe(true);
    face.stop();
  });

  it('moves when a trigger comes, also where the recorder keeps nothing and forces nothing', async () => {
    const { face, tell, value } = world();
    await tell({ status: 'online' });
    face.triggered('pir', 'http');
    expect(value(Service.MotionSensor, Characteristic.MotionDetected)).toBe(true);
    face.stop();
  });

  it('says that it was switched off elsewhere', async () => {
    const { accessory, face, recorder, tell, value } = world();
    await recorder.setCameraControls('porch', { privacy: true });
    await tell({ status: 'offline' }, { controls: (await recorder.camera('porch')).controls });
    expect(accessory.getService(Service.CameraOperatingMode)?.getCharacteristic(Characteristic.ManuallyDisabled).value).toBe(true);
    expect(value(Service.MotionSensor, Characteristic.StatusFault)).toBe(0);
    face.stop();
  });

  it('proposes the name it has at the recorder, without what Home refuses, and tells so once', async () => {
    const { accessory, face, renamed, tell } = world();
    await tell({}, { name: 'Front door #1 (new)' });
    await tell({}, { name: 'Front door #1 (new)' });
    expect([accessory.displayName, renamed]).toEqual(['Front door 1 new', ['Front door 1 new']]);
    face.stop();
  });

  it('has a tile for each switch that is wanted, which leads to the recorder and back', async () => {
    const { accessory, face, recorder, tell } = world({ switches: ['armed', 'recording'] });
    await tell({ status: 'online' });
    const armed = accessory.getServiceById(Service.Switch, 'armed')?.getCharacteristic(Characteristic.On);
    expect(accessory.getServiceById(Service.Switch, 'detection')).toBeUndefined();
    await armed?.handleSetRequest(false);
    expect((await recorder.camera('porch')).controls.armed).toBe(false);
    await tell({}, { controls: (await recorder.camera('porch')).controls });
    expect(armed?.value).toBe(false);
    face.stop();
  });

  it('refuses a switch with a status that Home understands while the recorder is away', async () => {
    const { accessory, face, state, tell } = world({ switches: ['armed'] });
    await tell({ status: 'online' });
    state.isAway = true;
    const armed = accessory.getServiceById(Service.Switch, 'armed')?.getCharacteristic(Characteristic.On);
    await expect(armed?.handleSetRequest(false)).rejects.toBe(-70402);
    face.stop();
  });

  it('rings for the triggers that are meant, once for a press, and moves then', async () => {
    const { accessory, face, lines, tell, value } = world({ doorbell: 'Front button' });
    const rings: unknown[] = [];
    accessory
      .getService(Service.Doorbell)
      ?.getCharacteristic(Characteristic.ProgrammableSwitchEvent)
      .on('change', ({ newValue }) => rings.push(newValue));
    await tell({ status: 'online' });
    face.triggered('garage', 'http');
    expect(rings).toEqual([]);
    face.triggered('Front button', 'http');
    face.triggered('Front button', 'http');
    expect(rings).toEqual([0]);
    expect(value(Service.MotionSensor, Characteristic.MotionDetected)).toBe(true);
    expect(lines).toContain('info: Camera porch: the doorbell rings');
    face.stop();
  });
});
