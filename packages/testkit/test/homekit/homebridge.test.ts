// The test clients of HomeKit against a real Homebridge with a plugin of made-up bytes.
import { fileURLToPath } from 'node:url';
import {
  type AccessoryView,
  HapClient,
  HdsClient,
  HomebridgeHarness,
  LiveViewer,
  type PairingError,
  processFacts,
  recordingChoice,
  USUAL_RECORDING,
  ViewRefused,
} from '../../src/homekit/index.ts';

const PLUGIN = { folder: fileURLToPath(new URL('homebridge-made-up', import.meta.url)) };
const LIMIT_MS = 120_000;

describe('a controller of HomeKit', () => {
  let homebridge: HomebridgeHarness;
  let client: HapClient;
  let camera: AccessoryView;

  beforeAll(async () => {
    homebridge = await HomebridgeHarness.start({ plugin: PLUGIN, platform: { platform: 'MadeUp' } });
    client = await homebridge.pair();
    camera = (await client.accessories()).camera('Garden');
  }, LIMIT_MS);

  afterAll(async () => {
    client?.close();
    await homebridge?.[Symbol.asyncDispose]();
  }, LIMIT_MS);

  it('pairs once, and is told why not a second time', async () => {
    await expect(HapClient.pair('127.0.0.1', homebridge.bridge.port, homebridge.bridge.setupCode)).rejects.toMatchObject({
      code: 6,
    } satisfies Partial<PairingError>);
  });

  it('looks things up by name, and says what there is instead', async () => {
    expect(camera.has('MotionSensor')).toBe(true);
    expect(camera.hasCharacteristic('CameraRTPStreamManagement', 'SetupEndpoints')).toBe(true);
    expect(() => camera.id('Doorbell', 'ProgrammableSwitchEvent')).toThrow('has no Doorbell number 0');
  });

  it('gets pictures that come in many frames, with the reason it gives', async () => {
    expect(String(await client.snapshot(camera.aid, { width: 320, height: 180, reason: 'event' }))).toMatch(/^picture 320x180 1 x{5000}$/);
  });

  it('is told changes, beside many requests at once from several controllers', async () => {
    using second = await client.another();
    const id = camera.id('MotionSensor', 'MotionDetected');
    await client.subscribe(id);
    const answers = Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? client : second).get(id)));
    expect((await client.nextChange((change) => change.id === id, 5000)).id).toBe(id);
    expect(await answers).toHaveLength(40);
    expect(second.changes).toEqual([]);
  });

  it('writes, and says what HomeKit answered where a write is refused', async () => {
    const name = camera.id('AccessoryInformation', 'Name');
    await expect(client.put({ id: name, value: 'other' })).rejects.toMatchObject({ hapStatus: -70404 });
  });

  it('counts a live view and puts its pictures together', async () => {
    using viewer = await LiveViewer.open(client, camera);
    await viewer.waitForPictures(6, 5000);
    expect(viewer.video).toMatchObject({ missing: 0, late: 0, badTags: 0, strangers: 0 });
    expect(viewer.units.filter((unit) => unit.isKey)[0]).toMatchObject({ hasParameterSets: true });
    expect(viewer.firstKeyMs).toBeGreaterThan(0);
    expect(await viewer.waitForSilence(0, 1, 5000)).toBeGreaterThan(0);
    await homebridge.waitForLog(/report of 52 bytes/, 5000);
    const endedAt = performance.now();
    await viewer.end();
    expect(await viewer.waitForSilence(endedAt, 300, 5000)).toBeLessThan(1000);
  });

  it('is refused a slot that has a viewer, and frees it by vanishing', async () => {
    const gone = await client.another();
    const first = await LiveViewer.open(gone, camera);
    await expect(LiveViewer.open(client, camera)).rejects.toEqual(new ViewRefused('busy'));
    const before = homebridge.log.length;
    gone.vanish();
    first.close();
    await homebridge.waitForLog(/stream request stop/, 5000, before);
    using next = await LiveViewer.open(client, camera);
    await next.waitForKey(5000);
  });

  it('receives a recording over a data stream, chunks joined, and acknowledges its end', async () => {
    const selected = camera.id('CameraRecordingManagement', 'SelectedCameraRecordingConfiguration');
    await client.put({ id: selected, value: recordingChoice(USUAL_RECORDING) }, { id: camera.id('CameraRecordingManagement', 'Active'), value: 1 });
    await homebridge.waitForLog(/recording configuration 1920x1080/, 5000);
    using stream = await HdsClient.open(client, camera);
    const recording = await stream.record();
    await recording.waitForEnd(5000);
    expect(recording.parts.map(({ kind, data }) => [kind, data.length])).toEqual([
      ['mediaInitialization', 14],
      ['mediaFragment', 600_000],
      ['mediaFragment', 4],
    ]);
    recording.acknowledge();
    await homebridge.waitForLog(/recording acknowledged/, 5000);
  });

  it(
    'goes on after a restart with what both sides kept',
    async () => {
      const { pid } = homebridge;
      await homebridge.restart();
      expect(processFacts(pid)).toBeUndefined();
      await client.connect();
      await homebridge.waitForLog(/recording active true/, 5000);
      expect(await client.get(camera.id('CameraRecordingManagement', 'Active'))).toEqual([1]);
      await client.removePairing();
      client = await homebridge.pair();
      expect((await client.accessories()).cameras).toHaveLength(1);
    },
    LIMIT_MS,
  );
});

describe('a Homebridge of tests', () => {
  it(
    'runs a plugin in a process of its own, with accessories that are paired by themselves',
    async () => {
      const platform = { platform: 'MadeUp', external: true };
      await using homebridge = await HomebridgeHarness.start({ plugin: PLUGIN, platform, bridge: 'child', externalsOnly: true });
      using client = await homebridge.pairExternal('Garden');
      const database = await client.accessories();
      expect(database.cameras.map(({ aid }) => aid)).toEqual([1]);
      expect(homebridge.plugin().pid).not.toBe(homebridge.pid);
      expect(homebridge.plugin()).toMatchObject({ threads: expect.any(Number) as number });
      expect(homebridge.plugin().sockets).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
