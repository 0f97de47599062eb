import { FakeCameraSource, FakeClock, type RunScript } from '@nightjar/testkit';
import { H264_SPS, videoTrack } from '../../../media/test/synthetic-tracks.ts';
import { sourceOf } from '../../test/camera-settings.ts';
import { packetAt } from '../../test/packets.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { CameraSource, RunSink, SourceRequest } from '../ports/camera-source.ts';
import { runSession } from './capture-session.ts';
import { OPENING_MS } from './run-opening.ts';

const request: SourceRequest = { source: sourceOf('rtsp://viewer:s3cret@192.0.2.10/main'), audio: true, frameSkip: 0, pace: 'live', connectTimeoutMs: 8000 };

function start(run: RunScript | CameraSource, clock = new FakeClock(), takesInBand = false) {
  const camera = 'open' in run ? run : new FakeCameraSource(clock, [run]);
  const abort = new AbortController();
  const infos: StreamInfo[] = [];
  const packets: Packet[] = [];
  const setBy: number[] = [];
  const seen = { jumps: 0, inBand: 0, code: undefined as string | undefined, message: '', isOver: false, atStart: undefined as unknown };
  const listener = {
    onStart: (info: StreamInfo) => infos.push(info),
    onPacket: (packet: Packet) => packets.push(packet),
    onClockSet: (byMs: number) => setBy.push(byMs),
    onClockJump: () => (seen.jumps += 1),
    onTakenInBand: () => (seen.inBand += 1),
  };
  const done = runSession({ camera, request, stallTimeoutMs: 5000, clock, takesInBand }, listener, abort.signal).then(
    () => {
      seen.isOver = true;
    },
    (error: unknown) => {
      seen.isOver = true;
      seen.code = RecorderError.of(error)?.code;
      seen.message = String(error);
      seen.atStart = RecorderError.of(error)?.context['atStart'];
    },
  );
  return { clock, camera, abort, infos, packets, setBy, seen, done };
}

/** A source that is fed by hand. */
function handFed(): { readonly camera: CameraSource; readonly sinks: RunSink[] } {
  const sinks: RunSink[] = [];
  const camera: CameraSource = {
    open: (_request, sink, signal) => {
      sinks.push(sink);
      return {
        done: new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
        pause: () => undefined,
        resume: () => undefined,
        setGathering: () => undefined,
      };
    },
  };
  return { camera, sinks };
}

describe('a capture session', () => {
  it('says what the stream is with its first picture, and hands packets over until it is stopped', async () => {
    const { clock, abort, infos, packets, seen, done } = start({ audio: true });
    await clock.advance(1050);
    abort.abort();
    await done;
    expect(infos).toHaveLength(1);
    expect(packets.filter(({ track }) => track === 'video')).toHaveLength(11);
    expect(packets.filter(({ track }) => track === 'audio').length).toBeGreaterThan(10);
    expect(seen).toMatchObject({ isOver: true, code: undefined });
    await clock.advance(5000);
    expect(packets.filter(({ track }) => track === 'video')).toHaveLength(11);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['forward', 86_400_000],
    ['back', -86_400_000],
  ])('begins another run with the next key picture where the calendar of this machine is set %s, and no packet is lost', async (_name, byMs) => {
    const { clock, abort, infos, packets, setBy, done } = start({});
    await clock.advance(5100);
    clock.jumpWall(byMs);
    await clock.advance(5000);
    abort.abort();
    await done;
    expect(setBy).toEqual([byMs]);
    expect(infos).toHaveLength(2);
    const video = packets.filter(({ track }) => track === 'video');
    expect(video).toHaveLength(102);
    const steps = video.slice(1).map((packet, index) => packet.wallMs - video[index]!.wallMs);
    expect(steps.filter((step) => step !== 100)).toEqual([byMs + 100]);
    expect(video[steps.findIndex((step) => step !== 100) + 1]?.isKey).toBe(true);
  });

  it('goes on by its own time where a time service puts the calendar right by less than two seconds', async () => {
    const { clock, infos, packets, setBy } = start({});
    await clock.advance(5100);
    clock.jumpWall(1900);
    await clock.advance(5000);
    expect([infos.length, setBy]).toEqual([1, []]);
    expect(new Set(packets.slice(1).map((packet, index) => packet.wallMs - packets[index]!.wallMs))).toEqual(new Set([100]));
  });

  it('ends when pictures stop', async () => {
    const { clock, seen } = start({
      steps: [
        { kind: 'play', seconds: 2 },
        { kind: 'stall', seconds: 60 },
      ],
    });
    await clock.advance(6500);
    expect(seen.isOver).toBe(false);
    await clock.advance(1000);
    expect(seen).toMatchObject({ code: 'CAPTURE_STALLED', message: expect.stringContaining('rtsp://192.0.2.10/main sent nothing for 5 s') });
  });

  it('does not blame the camera for a time in which the recorder itself did not run', async () => {
    const clock = new FakeClock();
    const { seen } = start(
      {
        steps: [
          { kind: 'play', seconds: 2 },
          { kind: 'stall', seconds: 60 },
        ],
      },
      clock,
    );
    await clock.advance(3000);
    await clock.freeze(20_000);
    await clock.advance(1000);
    expect(seen.isOver).toBe(false);
    await clock.advance(5000);
    expect(seen).toMatchObject({ code: 'CAPTURE_STALLED' });
  });

  it.each([
    ['drop', 'CAPTURE_LOST'],
    ['change', 'CAPTURE_STREAM_CHANGED'],
  ] as const)('ends with a reason after %s', async (kind, code) => {
    const { clock, seen } = start({ steps: [{ kind: 'play', seconds: 1 }, { kind }] });
    await clock.advance(2000);
    expect(seen.code).toBe(code);
  });

  it('takes a stream that ends by itself for lost', async () => {
    const { clock, seen } = start({ steps: [{ kind: 'play', seconds: 1 }] });
    await clock.advance(2000);
    expect(seen).toMatchObject({ code: 'CAPTURE_LOST', message: expect.stringContaining('ended') });
  });

  it('wraps what nobody expected', async () => {
    const broken: CameraSource = {
      open: () => ({ done: Promise.reject(new TypeError('oops')), pause: () => undefined, resume: () => undefined, setGathering: () => undefined }),
    };
    const { done, seen } = start(broken);
    await done;
    expect(seen).toMatchObject({ code: 'CAPTURE_LOST', message: expect.stringContaining('oops') });
  });

  it('hears of a jump of the clock, and media time goes on', async () => {
    const { clock, packets, seen, abort, done } = start({
      steps: [
        { kind: 'play', seconds: 1 },
        { kind: 'jump', seconds: 600 },
        { kind: 'play', seconds: 1 },
      ],
    });
    await clock.advance(1500);
    abort.abort();
    await done;
    expect(seen.jumps).toBe(1);
    const steps = packets.slice(1).map((packet, index) => packet.dtsUs - packets[index]!.dtsUs);
    expect(Math.max(...steps)).toBeLessThanOrEqual(100_000);
  });

  it('gives a connection up that brings sound and never a picture', async () => {
    const clock = new FakeClock();
    const { camera, sinks } = handFed();
    const { infos, packets, seen } = start(camera, clock);
    const sample = new FakeCameraSource(clock, [{ audio: true }]);
    sample.open(
      request,
      { onInfo: (info) => sinks[0]?.onInfo(info), onPacket: (packet) => packet.track === 'audio' && sinks[0]?.onPacket(packet) },
      new AbortController().signal,
    );
    await clock.advance(12_000);
    expect(seen.isOver).toBe(false);
    await clock.advance(2000);
    expect(seen).toMatchObject({ code: 'CAPTURE_CONNECT_TIMEOUT', message: expect.stringContaining('sent no picture within 13 s') });
    expect([infos, packets]).toEqual([[], []]);
  });

  /** 640x480 where 1280x720 is announced. */
  const SMALL_SPS = Uint8Array.of(0x67, 0x42, 0xc0, 0x1e, 0xf4, 0x05, 0x01, 0xed, 0x00);
  const withSps = (sps: Uint8Array, ms: number): Packet => {
    const slice = Uint8Array.of(0, 0, 0, 1, 0x65);
    return { ...packetAt({ ms, isKey: true }), data: Uint8Array.from([0, 0, 0, sps.length, ...sps, ...slice]) };
  };

  it('knows when the pictures were taken that were looked at before they were handed on', async () => {
    const { camera, sinks } = handFed();
    const { clock, abort, packets, done } = start(camera);
    await clock.advance(5000);
    const openedMs = clock.wall();
    sinks[0]?.onInfo({ video: videoTrack });
    // One picture a second, of which six come at once.
    for (let second = 0; second <= 5; second++) sinks[0]?.onPacket(packetAt({ ms: second * 1000, isKey: second === 0 }));
    await clock.advance(1000);
    sinks[0]?.onPacket(packetAt({ ms: 6000 }));
    abort.abort();
    await done;
    expect(packets.map(({ wallMs }) => wallMs - openedMs)).toEqual([-5000, -4000, -3000, -2000, -1000, 0, 1000]);
  });

  it('hands on what came before a run ended at once', async () => {
    const { camera, sinks } = handFed();
    const { abort, infos, packets, done } = start(camera);
    sinks[0]?.onInfo({ video: videoTrack });
    sinks[0]?.onPacket(packetAt({ ms: 0, isKey: true }));
    abort.abort();
    await done;
    expect([infos.length, packets.length]).toEqual([1, 1]);
  });

  it('ends when a key picture brings another picture size along', async () => {
    const { camera, sinks } = handFed();
    const { clock, packets, seen, done } = start(camera);
    sinks[0]?.onInfo({ video: videoTrack });
    sinks[0]?.onPacket(withSps(H264_SPS, 0));
    await clock.advance(OPENING_MS);
    expect(packets).toHaveLength(1);
    sinks[0]?.onPacket(withSps(SMALL_SPS, 100));
    sinks[0]?.onPacket(withSps(H264_SPS, 200));
    await done;
    expect(packets).toHaveLength(1);
    expect(seen).toMatchObject({ code: 'CAPTURE_STREAM_CHANGED', message: expect.stringContaining('changed its picture size or codec'), atStart: false });
  });

  it('ends at its first key picture, and says so, when that is not what was announced', async () => {
    const { camera, sinks } = handFed();
    const { infos, seen, done } = start(camera);
    sinks[0]?.onInfo({ video: videoTrack });
    sinks[0]?.onPacket(withSps(SMALL_SPS, 0));
    await done;
    expect(seen).toMatchObject({ code: 'CAPTURE_STREAM_CHANGED', atStart: true });
    expect(infos).toEqual([]);
  });

  it('takes the track from its first key picture where the announcement is not believed, and ends when that changes', async () => {
    const { camera, sinks } = handFed();
    const { clock, infos, packets, seen, done } = start(camera, new FakeClock(), true);
    sinks[0]?.onInfo({ video: videoTrack });
    sinks[0]?.onPacket(packetAt({ ms: 0, isKey: false }));
    expect(infos).toEqual([]);
    for (const ms of [100, 200, 300]) sinks[0]?.onPacket(withSps(SMALL_SPS, ms));
    await clock.advance(OPENING_MS);
    expect(infos.map(({ video }) => [video.codecString, video.width, video.height])).toEqual([['avc1.42c01e', 640, 480]]);
    expect(infos[0]?.video.sampleEntry).not.toEqual(videoTrack.sampleEntry);
    expect([packets.length, seen.inBand]).toEqual([3, 1]);
    sinks[0]?.onPacket(withSps(H264_SPS, 400));
    await done;
    expect(seen).toMatchObject({ code: 'CAPTURE_STREAM_CHANGED', atStart: false });
  });

  it('ignores packets that come before anybody said what they are', async () => {
    const { camera, sinks } = handFed();
    const { clock, packets } = start(camera);
    const sample = new FakeCameraSource(clock);
    sample.open(request, { onInfo: () => undefined, onPacket: (packet) => sinks[0]?.onPacket(packet) }, new AbortController().signal);
    await clock.advance(500);
    expect(packets).toEqual([]);
  });

  it('does nothing when it was stopped before', async () => {
    const clock = new FakeClock();
    const abort = AbortSignal.abort();
    const camera = new FakeCameraSource(clock);
    const nobody = {
      onStart: () => undefined,
      onPacket: () => undefined,
      onClockSet: () => undefined,
      onClockJump: () => undefined,
      onTakenInBand: () => undefined,
    };
    await runSession({ camera, request, stallTimeoutMs: 5000, clock }, nobody, abort);
    expect(camera.sent).toEqual([]);
  });
});
