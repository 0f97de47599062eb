// Live views of a real camera through a real Homebridge: from START to the last packet, and what is left afterwards.
import { describeWith } from '@nightjar/testkit';
import { type AccessoryView, type HapClient, LiveViewer, processTree, ViewRefused } from '@nightjar/testkit/homekit';
import type { DiagnosticsReport } from '../src/diagnostics/diagnostics-report.ts';
import { CameraHome } from './camera-home.ts';
import { decode } from './decoded.ts';

const LIMIT_MS = 120_000;
/** Several times what is promised: the machine that runs tests has other work. */
const FIRST_PICTURE_WITHIN_MS = 3000;
const STOPS_WITHIN_MS = 2000;

const hasFfmpeg = (home: CameraHome): boolean => home.homebridge.processes().some(({ command }) => command.includes('ffmpeg'));
const recorderProcesses = (home: CameraHome): number => processTree(home.recorder.pid).length;

describeWith('ffmpeg', 'a live view', () => {
  let home: CameraHome;
  let client: HapClient;
  let camera: AccessoryView;

  beforeAll(async () => {
    home = await CameraHome.start();
    client = await home.pair(1);
    camera = (await client.accessories()).camera();
  }, LIMIT_MS);

  afterAll(async () => {
    client?.close();
    await home?.[Symbol.asyncDispose]();
  }, LIMIT_MS);

  it(
    'begins at once with a key picture, and arrives whole, as agreed on and decodable',
    async () => {
      const processes = recorderProcesses(home);
      using viewer = await LiveViewer.open(client, camera);
      await viewer.waitForKey(FIRST_PICTURE_WITHIN_MS);
      expect(viewer.firstPicture).toMatchObject({ isKey: true, hasParameterSets: true });
      await viewer.waitForPictures(90, 30_000);
      expect(hasFfmpeg(home)).toBe(false);
      expect(recorderProcesses(home)).toBe(processes);
      const endedAt = performance.now();
      await viewer.end();
      expect(await viewer.waitForSilence(endedAt, 1000, 10_000)).toBeLessThan(STOPS_WITHIN_MS);
      expect(viewer.video).toMatchObject({ missing: 0, late: 0, badTags: 0, badReports: 0, strangers: 0 });
      expect(viewer.video.largestBytes).toBeLessThanOrEqual(1378);
      expect(viewer.brokenNals).toBe(0);
      expect(await decode('h264', viewer.annexB())).toEqual({ complaints: '', pictures: viewer.pictures });
    },
    LIMIT_MS,
  );

  it(
    'says when each picture is to be seen, and how the two clocks belong together',
    async () => {
      using viewer = await LiveViewer.open(client, camera);
      await viewer.waitForPictures(75, 30_000);
      const steps = viewer.units.slice(1).map((unit, index) => (unit.timestamp - (viewer.units[index]?.timestamp ?? 0)) >>> 0);
      // 15 pictures a second of a clock with 90 kHz.
      expect(steps.filter((step) => Math.abs(step - 6000) > 90)).toEqual([]);
      const [report] = viewer.videoTrack.reports;
      expect(report).toMatchObject({ ssrc: viewer.endpoints.videoSsrc });
      expect(Math.abs((report?.ntpSeconds ?? 0) - 2_208_988_800 - Date.now() / 1000)).toBeLessThan(60);
      await viewer.end();
    },
    LIMIT_MS,
  );

  it(
    'goes on when another size is asked for, and after a lost picture',
    async () => {
      using viewer = await LiveViewer.open(client, camera);
      await viewer.waitForPictures(10, 10_000);
      await viewer.reconfigure({ width: 640, height: 360, kbps: 300 });
      viewer.reportPictureLoss();
      const { pictures, keyPictures } = viewer;
      await viewer.waitForPictures(pictures + 65, 30_000);
      expect(viewer.keyPictures).toBeGreaterThan(keyPictures);
      expect(viewer.video).toMatchObject({ missing: 0, badTags: 0, strangers: 0 });
      await viewer.end();
      expect((await decode('h264', viewer.annexB())).complaints).toBe('');
    },
    LIMIT_MS,
  );

  it(
    'ends with its viewer, whose slot the next one gets',
    async () => {
      const before = (await home.report()).resources;
      for (let round = 0; round < 3; round++) {
        const phone = await client.another();
        using viewer = await LiveViewer.open(phone, camera);
        await viewer.waitForKey(10_000);
        const goneAt = performance.now();
        phone.vanish();
        expect(await viewer.waitForSilence(goneAt, 1000, 10_000)).toBeLessThan(STOPS_WITHIN_MS);
      }
      const isAsBefore = ({ resources: { udpSockets, tcpSockets, timers } }: DiagnosticsReport): boolean =>
        udpSockets === before.udpSockets && tcpSockets <= before.tcpSockets && timers <= before.timers + 1;
      await home.reported('that nothing is left of them', isAsBefore, 15_000);
    },
    LIMIT_MS,
  );

  it(
    'is given to five at a time, and refused to a sixth',
    async () => {
      const phones = await Promise.all(Array.from({ length: 5 }, () => client.another()));
      const viewers = await Promise.all(phones.map((phone, slot) => LiveViewer.open(phone, camera, { slot })));
      try {
        await Promise.all(viewers.map((viewer) => viewer.waitForPictures(75, 30_000)));
        expect(viewers.map(({ video }) => [video.missing, video.badTags, video.strangers])).toEqual(viewers.map(() => [0, 0, 0]));
        expect(hasFfmpeg(home)).toBe(false);
        await expect(LiveViewer.open(client, camera, { slot: 4 })).rejects.toEqual(new ViewRefused('busy'));
        for (const viewer of viewers) await viewer.end();
      } finally {
        for (const viewer of viewers) viewer.close();
        for (const phone of phones) phone.close();
      }
    },
    LIMIT_MS,
  );

  it('is told in one line of the log, with the time to the first picture', () => {
    expect(home.homebridge.log.filter((line) => /Camera 1.*\bms\b/.test(line)).length).toBeGreaterThanOrEqual(3);
  });
});
