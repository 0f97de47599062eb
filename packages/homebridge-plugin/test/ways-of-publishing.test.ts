// Cameras in Home in every way Homebridge knows: behind its bridge or a child's, or each by itself.
import { describeWith } from '@nightjar/testkit';
import { type HapClient, HdsClient, LiveViewer, recordingChoice, USUAL_RECORDING } from '@nightjar/testkit/homekit';
import { CameraHome } from './camera-home.ts';

const LIMIT_MS = 180_000;

describeWith('ffmpeg', 'a camera in Home', () => {
  it.each([
    { bridge: 'main', externalsOnly: false, publish: 'external' },
    { bridge: 'child', externalsOnly: false, publish: 'bridged' },
    { bridge: 'child', externalsOnly: true, publish: 'auto' },
  ] as const)(
    'is whole with the plugin in the $bridge bridge, published as $publish (externals only: $externalsOnly)',
    async ({ bridge, externalsOnly, publish }) => {
      await using home = await CameraHome.start({ gopSeconds: 1, audio: true, bridge, externalsOnly, platform: { publish } });
      await home.measured('cam1');
      const isBridged = publish === 'bridged';
      using client = isBridged ? await home.pair(1) : await home.homebridge.pairExternal('Camera 1');
      const [camera] = await home.shown(client, (cameras) => cameras.length === 1);
      if (camera === undefined) throw new Error('there is no camera');
      expect(camera.aid === 1).toBe(!isBridged);
      expect((await client.snapshot(camera.aid)).readUInt16BE(0)).toBe(0xffd8);
      using viewer = await LiveViewer.open(client, camera);
      await viewer.waitForPictures(30, 20_000);
      await viewer.waitForSounds(30, 20_000);
      expect(viewer.video).toMatchObject({ missing: 0, badTags: 0, strangers: 0 });
      // 20 ms of a clock with the rate that was asked for (24 kHz), whatever Opus itself says.
      expect(new Set(steps(viewer.audioTrack.timestamps))).toEqual(new Set([480]));
      expect(viewer.audio).toMatchObject({ missing: 0, badTags: 0, strangers: 0 });
      await viewer.end();
      await client.put(
        { id: camera.id('CameraRecordingManagement', 'SelectedCameraRecordingConfiguration'), value: recordingChoice(USUAL_RECORDING) },
        { id: camera.id('CameraRecordingManagement', 'Active'), value: 1 },
      );
      using stream = await HdsClient.open(client, camera);
      const recording = await stream.record();
      await recording.waitForFragments(1, 20_000);
      recording.close();
      if (bridge === 'main') await sameAfterRestart(home, client, camera.aid);
      expect(await home.homebridge.stop()).toBeLessThan(6000);
    },
    LIMIT_MS,
  );
});

const steps = (timestamps: readonly number[]): readonly number[] => timestamps.slice(1).map((time, index) => (time - (timestamps[index] ?? 0)) >>> 0);

/** Own accessories get another port at each start; their pairing stays. */
async function sameAfterRestart(home: CameraHome, client: HapClient, aid: number): Promise<void> {
  await home.homebridge.restart();
  using again = await client.another((await home.homebridge.external('Camera 1')).port);
  const [same] = await home.shown(again, (cameras) => cameras.length === 1);
  expect(same?.aid).toBe(aid);
  expect(same?.value('CameraRecordingManagement', 'Active')).toBe(1);
}
