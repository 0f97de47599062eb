import { join } from 'node:path';
import { describeWith, isJpeg, waitUntil } from '@nightjar/testkit';
import { cameraSettings, sourceOf } from '../../../test/camera-settings.ts';
import { makeClip, temporaryFolder } from '../../../test/test-clip.ts';
import type { Packet, StreamInfo } from '../../model/packet.ts';
import { wallMs } from '../../model/time.ts';
import type { AnalysisReport, AnalysisRequest } from '../../ports/motion-analyzer.ts';
import { systemClock } from '../clock/system-clock.ts';
import { FfmpegCameraSource } from '../ffmpeg/ffmpeg-camera-source.ts';
import { LocalMotionAnalyzer } from './local-motion-analyzer.ts';

const nobody = { onReport: () => undefined, onFailure: () => undefined };

describeWith('ffmpeg', 'LocalMotionAnalyzer', () => {
  const folder = temporaryFolder();
  const packets: Packet[] = [];
  let info: StreamInfo;

  beforeAll(async () => {
    const path = join(folder(), 'clip.mp4');
    await makeClip(path, { seconds: 10 });
    const request = { source: sourceOf(`file:${path}`), audio: false, frameSkip: 0, pace: 'fast', connectTimeoutMs: 8000 } as const;
    const sink = {
      onInfo: (next: StreamInfo) => {
        info = next;
      },
      onPacket: (packet: Packet) => packets.push(packet),
    };
    await new FfmpegCameraSource(systemClock).open(request, sink, new AbortController().signal).done;
  });

  describe.each([
    { where: 'in a thread', mostNearLooks: 0 },
    { where: 'beside recording', mostNearLooks: 1000 },
  ])('$where', ({ mostNearLooks }) => {
    let analyzer: LocalMotionAnalyzer;
    beforeEach(() => {
      analyzer = new LocalMotionAnalyzer({ mostNearLooks });
    });
    afterEach(() => analyzer.close());

    const open = (changes: Partial<AnalysisRequest> = {}) => {
      const reports: AnalysisReport[] = [];
      const failures: Error[] = [];
      const { zones } = cameraSettings();
      const session = analyzer.open(
        { video: info.video, mode: 'continuous', fps: 60, zones, alarmFrameCount: 2, postRollSeconds: 5, live: true, ...changes },
        { onReport: (report) => reports.push(report), onFailure: (error) => failures.push(error) },
      );
      return { session, reports, failures };
    };

    it('reports on frames of several cameras, and leaves packets as they were', async () => {
      const sessions = [open(), open({ mode: 'keyframes' })];
      const sizes = packets.map(({ data }) => data.length);
      for (const packet of packets.slice(0, 45)) for (const { session } of sessions) session.feed(packet);
      await waitUntil(() => (sessions[0]?.reports.length ?? 0) > 30 && (sessions[1]?.reports.length ?? 0) >= 2);
      expect(packets.map(({ data }) => data.length)).toEqual(sizes);
      expect(sessions[0]?.reports[0]).toMatchObject({ alarm: 'idle', sample: { ptsUs: packets[0]?.ptsUs, wallMs: packets[0]?.wallMs, score: 0, zones: [] } });
      expect(sessions[1]?.reports.map(({ sample }) => sample.ptsUs).slice(0, 2)).toEqual([packets[0]?.ptsUs, packets[15]?.ptsUs]);
    });

    it('drops up to a key picture when it is fed faster than it can look, and goes on when it has caught up', async () => {
      const { session, reports } = open();
      for (const packet of packets) session.feed(packet);
      const { dropped } = session;
      expect(dropped).toBeGreaterThan(0);
      const kept = packets.length - dropped;
      await waitUntil(() => reports.length >= kept - 3);
      const again = packets.map((packet) => ({ ...packet, ptsUs: (packet.ptsUs + 60_000_000) as typeof packet.ptsUs }));
      for (const packet of again.slice(0, 30)) session.feed(packet);
      await waitUntil(() => reports.length >= kept + 20);
      expect(session.dropped).toBe(dropped);
    });

    it('waits for a key picture, which is no loss', async () => {
      const { session } = open();
      for (const packet of packets.slice(1, 15)) session.feed(packet);
      expect(session.dropped).toBe(0);
    });

    it('ends one session when its stream cannot be decoded, and no other', async () => {
      const { sampleEntry } = info.video;
      const broken = open({ video: { ...info.video, sampleEntry: sampleEntry.slice(0, 8) } });
      const healthy = open();
      await waitUntil(() => broken.failures.length > 0);
      expect(broken.failures[0]).toMatchObject({ code: 'DECODER_FAILED' });
      for (const packet of packets.slice(0, 40)) healthy.session.feed(packet);
      await waitUntil(() => healthy.reports.length > 25);
      expect([broken.failures.length, healthy.failures.length]).toEqual([1, 0]);
      broken.session.feed(packets[0]!);
    });

    it('goes on after a packet that cannot be read', async () => {
      const { session, reports, failures } = open();
      for (const packet of packets.slice(0, 5)) session.feed(packet);
      session.feed({ ...packets[5]!, data: Uint8Array.of(0, 0, 255, 255, 0x41) });
      for (const packet of packets.slice(6, 60)) session.feed(packet);
      await waitUntil(() => reports.length > 50);
      expect(failures).toEqual([]);
    });

    it('decodes every packet, and looks at as many frames as were asked for', async () => {
      const { session, reports } = open({ fps: 5 });
      for (const packet of packets.slice(0, 60)) session.feed(packet);
      await waitUntil(() => reports.length >= 20);
      expect(reports.map(({ sample }) => sample.ptsUs)).toEqual(packets.slice(0, 60).flatMap(({ ptsUs }, index) => (index % 3 === 0 ? [ptsUs] : [])));
    });

    it('makes pictures of key frames beside looking at them, and none where it looks at others or is over', async () => {
      const { session, reports, failures } = open({ mode: 'keyframes' });
      const request = { video: info.video, packets: packets.slice(0, 1) };
      expect(isJpeg(await session.picture(request))).toBe(true);
      session.feed(packets[0]!);
      const pictures = await Promise.all([session.picture(request), session.picture({ ...request, exifTime: wallMs(0) })]);
      expect(pictures.map(isJpeg)).toEqual([true, true]);
      await waitUntil(() => reports.length === 1);
      await expect(session.picture({ ...request, packets: packets.slice(0, 2) })).rejects.toMatchObject({ code: 'PICTURE_FAILED' });
      await session.close();
      await expect(session.picture(request)).rejects.toMatchObject({ code: 'PICTURE_FAILED', message: 'motion analysis is over' });
      const continuous = open().session;
      await expect(continuous.picture(request)).rejects.toMatchObject({ code: 'PICTURE_FAILED' });
      const pending = open({ mode: 'keyframes' }).session;
      const refused = expect(pending.picture(request)).rejects.toMatchObject({ code: 'PICTURE_FAILED', message: 'motion analysis was closed' });
      await Promise.all([refused, pending.close(), continuous.close()]);
      expect(failures).toEqual([]);
    });

    it('is silent once closed, and closing twice is fine', async () => {
      const { session, reports, failures } = open();
      for (const packet of packets.slice(0, 30)) session.feed(packet);
      await session.close();
      const before = reports.length;
      await session.close();
      session.feed(packets[0]!);
      const other = open();
      for (const packet of packets.slice(0, 30)) other.session.feed(packet);
      await waitUntil(() => other.reports.length > 20);
      expect([reports.length, failures]).toEqual([before, []]);
    });
  });

  it('tells its sessions when the thread dies, and starts another for the next', async () => {
    const dying = new LocalMotionAnalyzer({ program: new URL('data:text/javascript,throw new Error("no more")') });
    const { video } = info;
    const { zones } = cameraSettings();
    const near = dying.open({ video, mode: 'continuous', fps: 5, zones, alarmFrameCount: 2, postRollSeconds: 5, live: true }, nobody);
    for (let round = 0; round < 2; round += 1) {
      const failures: Error[] = [];
      dying.open(
        { video, mode: 'continuous', fps: 5, zones, alarmFrameCount: 2, postRollSeconds: 5, live: true },
        { onReport: () => undefined, onFailure: (error) => failures.push(error) },
      );
      await waitUntil(() => failures.length > 0);
      expect(failures).toMatchObject([{ code: 'DECODER_FAILED', message: expect.stringMatching(/^motion analysis stopped: .*no more$/) }]);
    }
    await near.close();
    await dying.close();
  });

  it('looks at one camera, or at key frames of a few, without a thread, and at more with one', async () => {
    const { zones } = cameraSettings();
    for (const modes of [
      ['continuous', 'continuous'],
      ['keyframes', 'keyframes', 'keyframes', 'continuous', 'keyframes', 'keyframes', 'keyframes'],
    ] as const) {
      const threadless = new LocalMotionAnalyzer({ program: new URL('data:text/javascript,throw new Error("a thread")') });
      const heard = modes.map((mode) => {
        const camera = { reports: 0, failures: 0 };
        const session = threadless.open(
          { video: info.video, mode, fps: 5, zones, alarmFrameCount: 1, postRollSeconds: 5, live: true },
          { onReport: () => (camera.reports += 1), onFailure: () => (camera.failures += 1) },
        );
        for (const packet of packets.slice(0, 16)) session.feed(packet);
        return camera;
      });
      await waitUntil(() => heard.every(({ reports, failures }) => reports >= 2 || failures > 0));
      // The thread is asked for by the last one only.
      expect(heard.map(({ failures }) => failures)).toEqual(modes.map((_, index) => (index === modes.length - 1 ? 1 : 0)));
      await threadless.close();
    }
  });
});
