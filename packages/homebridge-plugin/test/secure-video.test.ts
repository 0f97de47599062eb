// Recordings for a home hub through a real Homebridge: prebuffer, fragments, ends, and what outlives a restart.
import { describeWith } from '@nightjar/testkit';
import { type AccessoryView, type HapClient, HdsClient, recordingChoice, USUAL_RECORDING } from '@nightjar/testkit/homekit';
import { CameraHome } from './camera-home.ts';
import { decode, readRecording } from './decoded.ts';

const LIMIT_MS = 180_000;
/** Several times what is promised: the machine that runs tests has other work. */
const PREBUFFER_WITHIN_MS = 3000;
const PREBUFFER_SECONDS = 4;

describeWith('ffmpeg', 'a recording for a home hub', () => {
  let home: CameraHome;
  let hub: HapClient;
  let camera: AccessoryView;

  /** What a hub does once a person chose to record. */
  async function arm(): Promise<void> {
    await hub.put(
      { id: camera.id('CameraRecordingManagement', 'SelectedCameraRecordingConfiguration'), value: recordingChoice(USUAL_RECORDING) },
      { id: camera.id('CameraRecordingManagement', 'Active'), value: 1 },
    );
  }

  beforeAll(async () => {
    home = await CameraHome.start({ audio: true, gopSeconds: 2 });
    hub = await home.pair(1);
    camera = (await hub.accessories()).camera();
    await arm();
    await home.measured('cam1');
  }, LIMIT_MS);

  afterAll(async () => {
    hub?.close();
    await home?.[Symbol.asyncDispose]();
  }, LIMIT_MS);

  it(
    'is asked for by motion, and lets go of it',
    async () => {
      const id = camera.id('MotionSensor', 'MotionDetected');
      await hub.subscribe(id);
      const begins = hub.nextChange((change) => change.id === id && change.value === 1, 20_000);
      await home.trigger('cam1', 'on');
      await begins;
      const ends = hub.nextChange((change) => change.id === id && change.value === 0, 60_000);
      await home.trigger('cam1', 'cancel');
      await ends;
    },
    LIMIT_MS,
  );

  it(
    'begins with what came before, goes on without a gap, each fragment with a key picture, and ends when the hub says so',
    async () => {
      using stream = await HdsClient.open(hub, camera);
      const recording = await stream.record();
      await recording.waitForFragments(1, PREBUFFER_WITHIN_MS);
      await recording.waitForFragments(3, 30_000);
      const before = home.homebridge.log.length;
      recording.close('normal');
      const video = readRecording(recording.parts);
      expect(recording.parts[0]?.kind).toBe('mediaInitialization');
      expect(video).toMatchObject({ beginsWithKeys: true, gaps: 0 });
      expect(Math.max(...video.seconds)).toBeLessThanOrEqual(USUAL_RECORDING.fragmentMs / 1000 + 0.1);
      expect((video.seconds[0] ?? 0) + (video.seconds[1] ?? 0)).toBeGreaterThanOrEqual(PREBUFFER_SECONDS);
      const { complaints, pictures } = await decode('mp4', recording.file());
      expect({ complaints, pictures }).toEqual({ complaints: '', pictures: video.samples.length });
      await home.homebridge.waitForLog(/Camera 1.*record/i, 10_000, before);
      const { length } = recording.parts;
      await stream.request('control', 'hello', {});
      expect(recording.parts.length - length).toBeLessThanOrEqual(1);
    },
    LIMIT_MS,
  );

  it(
    'is refused to a second hub while the first has it',
    async () => {
      using other = await hub.another();
      using stream = await HdsClient.open(hub, camera);
      using second = await HdsClient.open(other, camera);
      const recording = await stream.record();
      await recording.waitForFragments(1, 10_000);
      await expect(second.record()).rejects.toMatchObject({ reason: 'busy' });
      recording.close();
    },
    LIMIT_MS,
  );

  it(
    'is possible at once after the one before lost its connection',
    async () => {
      const stream = await HdsClient.open(hub, camera);
      await (await stream.record()).waitForFragments(1, 10_000);
      stream.close();
      using next = await HdsClient.open(hub, camera);
      const recording = await next.record();
      await recording.waitForFragments(2, 30_000);
      recording.close();
    },
    LIMIT_MS,
  );

  it(
    'has sound only where the hub wants it',
    async () => {
      using stream = await HdsClient.open(hub, camera);
      const audio = camera.id('CameraRecordingManagement', 'RecordingAudioActive');
      const hasSound = async (): Promise<boolean> => {
        const recording = await stream.record();
        await recording.waitForFragments(1, 10_000);
        recording.close();
        return readRecording(recording.parts).hasSound;
      };
      await hub.putTimed({ id: audio, value: 0 });
      expect(await hasSound()).toBe(false);
      await hub.putTimed({ id: audio, value: 1 });
      expect(await hasSound()).toBe(true);
    },
    LIMIT_MS,
  );

  it(
    'is still chosen after a restart, and works',
    async () => {
      await home.homebridge.restart();
      await hub.connect();
      const [camera1] = await home.shown(hub, (cameras) => cameras.length === 1);
      camera = camera1 ?? camera;
      expect(
        await hub.get(camera.id('CameraRecordingManagement', 'Active'), camera.id('CameraRecordingManagement', 'SelectedCameraRecordingConfiguration')),
      ).toEqual([1, recordingChoice(USUAL_RECORDING)]);
      using stream = await HdsClient.open(hub, camera);
      const recording = await stream.record();
      await recording.waitForFragments(1, 20_000);
      recording.close();
    },
    LIMIT_MS,
  );

  it(
    'works after the home was left and joined again, without a restart',
    async () => {
      await hub.removePairing();
      hub = await home.pair(1);
      camera = (await hub.accessories()).camera();
      await arm();
      using stream = await HdsClient.open(hub, camera);
      const recording = await stream.record();
      await recording.waitForFragments(1, 20_000);
      recording.close();
    },
    LIMIT_MS,
  );
});
