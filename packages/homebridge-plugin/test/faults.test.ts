// What homes do to a camera: recorders die, cameras come and go, viewers vanish, motion gets stuck. Nothing may be left behind.
import { describeWith } from '@nightjar/testkit';
import { type AccessoryView, type HapClient, HdsClient, LiveViewer, recordingChoice, USUAL_RECORDING } from '@nightjar/testkit/homekit';
import { CameraHome } from './camera-home.ts';

const LIMIT_MS = 180_000;

describeWith('ffmpeg', 'a home in trouble', () => {
  let home: CameraHome;
  let client: HapClient;
  let camera: AccessoryView;

  beforeAll(async () => {
    home = await CameraHome.start({ cameras: 2, gopSeconds: 2 });
    client = await home.pair(2);
    await home.measured('cam1');
    camera = (await client.accessories()).camera('Camera 1');
    await client.put(
      { id: camera.id('CameraRecordingManagement', 'SelectedCameraRecordingConfiguration'), value: recordingChoice(USUAL_RECORDING) },
      { id: camera.id('CameraRecordingManagement', 'Active'), value: 1 },
    );
  }, LIMIT_MS);

  afterAll(async () => {
    client?.close();
    await home?.[Symbol.asyncDispose]();
  }, LIMIT_MS);

  it(
    'shows and records again by itself after the recorder died in the middle of both',
    async () => {
      const { pid } = home.homebridge.plugin();
      const before = (await home.report()).resources;
      using viewer = await LiveViewer.open(client, camera);
      using stream = await HdsClient.open(client, camera);
      const recording = await stream.record();
      await viewer.waitForPictures(20, 20_000);
      await recording.waitForFragments(1, 20_000);
      await home.recorder.kill();
      await recording.waitForEnd(60_000);
      if (recording.isComplete) recording.acknowledge();
      await home.recorder.start();
      await home.online(2);
      // The view goes on, or was ended properly: either way its slot is there for the next one.
      await viewer.end().catch(() => {});
      await home.homebridge.waitForLog(/Connected to the recorder/, 30_000);
      await home.measured('cam1');
      using next = await LiveViewer.open(client, camera);
      await next.waitForPictures(20, 40_000);
      await next.end();
      using nextStream = await HdsClient.open(client, camera);
      const nextRecording = await nextStream.record();
      await nextRecording.waitForFragments(1, 40_000);
      nextRecording.close();
      nextStream.close();
      stream.close();
      await home.reported(
        'that nothing is left of them',
        ({ resources }) => resources.udpSockets <= before.udpSockets && resources.tcpSockets <= before.tcpSockets,
        20_000,
      );
      expect(home.homebridge.plugin().pid).toBe(pid);
    },
    LIMIT_MS,
  );

  it(
    'follows cameras that are added, renamed and removed',
    async () => {
      const names = (views: readonly AccessoryView[]): string =>
        views
          .map(({ name }) => name)
          .toSorted()
          .join(', ');
      const aid = camera.aid;
      await home.add('cam3', 'Garden');
      await home.shown(client, (views) => names(views) === 'Camera 1, Camera 2, Garden');
      await home.rename('cam3', 'Yard');
      await home.shown(client, (views) => names(views).includes('Yard') || names(views).includes('Garden'));
      await home.remove('cam3');
      const left = await home.shown(client, (views) => names(views) === 'Camera 1, Camera 2', 60_000);
      expect(left.find(({ name }) => name === 'Camera 1')?.aid).toBe(aid);
    },
    LIMIT_MS,
  );

  it(
    'keeps cameras, and leaves off what was switched off elsewhere, while the recorder is away over a restart of Homebridge',
    async () => {
      await home.control('cam2', { privacy: true });
      await home.recorder.kill();
      await home.homebridge.restart();
      await client.connect();
      const cameras = await home.shown(client, (views) => views.length === 2);
      expect(cameras.find(({ name }) => name === 'Camera 1')?.aid).toBe(camera.aid);
      expect((await client.snapshot(camera.aid)).readUInt16BE(0)).toBe(0xffd8);
      await home.recorder.start();
      await home.online(1);
      await home.homebridge.waitForLog(/Connected to the recorder/, 60_000);
      using viewer = await LiveViewer.open(client, camera);
      await viewer.waitForKey(30_000);
      await viewer.end();
      await home.measured('cam1');
      expect((await home.seen('cam2')).controls.privacy).toBe(true);
      await home.control('cam2', { privacy: false });
      await home.online(2);
    },
    LIMIT_MS,
  );

  it(
    'sends no picture of a camera that was switched off in Home, and sends again when it is on',
    async () => {
      using viewer = await LiveViewer.open(client, camera);
      await viewer.waitForKey(20_000);
      const id = camera.id('CameraOperatingMode', 'HomeKitCameraActive');
      const offAt = performance.now();
      await client.put({ id, value: false });
      expect(await viewer.waitForSilence(offAt, 1000, 10_000)).toBeLessThan(2000);
      await expect(client.snapshot(camera.aid)).rejects.toMatchObject({ hapStatus: -70412 });
      await client.put({ id, value: true });
      await home.online(2);
      using again = await LiveViewer.open(client, camera);
      await again.waitForKey(30_000);
      await again.end();
    },
    LIMIT_MS,
  );

  it(
    'leaves nothing running when it is stopped with viewers and a recording',
    async () => {
      await home.measured('cam1');
      using viewer = await LiveViewer.open(client, camera);
      using stream = await HdsClient.open(client, camera);
      const recording = await stream.record();
      await Promise.all([viewer.waitForKey(20_000), recording.waitForFragments(1, 20_000)]);
      expect(await home.homebridge.stop()).toBeLessThan(6000);
    },
    LIMIT_MS,
  );
});
