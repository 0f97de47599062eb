import { FakeCameraSource, FakeClock, RecordingLogger, type RunScript } from '@nightjar/testkit';
import { H264_SPS, videoTrack } from '../../../media/test/synthetic-tracks.ts';
import { sourceOf } from '../../test/camera-settings.ts';
import { packetAt } from '../../test/packets.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraSource } from '../ports/camera-source.ts';
import { CaptureSupervisor } from './capture-supervisor.ts';

function supervise(runs: readonly RunScript[]) {
  const clock = new FakeClock();
  const camera = new FakeCameraSource(clock, runs);
  const log = new RecordingLogger();
  const said: string[] = [];
  const starts: number[] = [];
  const supervisor = new CaptureSupervisor(
    {
      camera: {
        open: (request, sink, signal) => {
          starts.push(clock.monotonic());
          return camera.open(request, sink, signal);
        },
      },
      request: { source: sourceOf('rtsp://viewer:s3cret@192.0.2.10/main'), audio: false, frameSkip: 0, pace: 'live', connectTimeoutMs: 5000 },
      stallTimeoutMs: 10_000,
      clock,
      log,
      random: () => 0.5,
    },
    {
      onRunStart: () => said.push('start'),
      onPacket: () => {
        if (said.at(-1) !== 'packets') said.push('packets');
      },
      onRunEnd: (code) => said.push(`end ${code ?? 'stopped'}`),
      onStatus: (status) => said.push(status),
    },
  );
  return { clock, camera, log, said, starts, supervisor };
}

describe('CaptureSupervisor', () => {
  it('runs a stream until it is stopped', async () => {
    const { clock, said, supervisor, log } = supervise([{}]);
    supervisor.start();
    await clock.advance(60_000);
    await supervisor.stop();
    expect(said).toEqual(['connecting', 'start', 'online', 'packets', 'end stopped']);
    log.expectLine('rtsp://192.0.2.10/main is online: avc1.64001f 640x360', 'info');
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends a run where the calendar is set and begins another, without connecting again', async () => {
    const { clock, starts, said, supervisor, log } = supervise([{}]);
    supervisor.start();
    await clock.advance(60_000);
    clock.jumpWall(-3_600_000);
    await clock.advance(60_000);
    await supervisor.stop();
    expect(said).toEqual(['connecting', 'start', 'online', 'packets', 'end CAPTURE_CLOCK_SET', 'start', 'online', 'packets', 'end stopped']);
    expect(starts).toHaveLength(1);
    log.expectLine('the clock of this machine was set back by 3600 s; times go on from there', 'warn');
  });

  it('asks a camera that is away ever less often', async () => {
    const { clock, starts, said, supervisor } = supervise([{ refuse: 'CAPTURE_CONNECT_FAILED' }]);
    supervisor.start();
    await clock.advance(100_000);
    expect(starts).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000]);
    expect([...new Set(said)]).toEqual(['connecting', 'offline']);
    expect(supervisor.reconnects).toBe(7);
    await supervisor.stop();
  });

  it('comes back quickly to a camera that delivers, and begins to count anew after a good run', async () => {
    const drop: RunScript = { steps: [{ kind: 'play', seconds: 1.5 }, { kind: 'drop' }] };
    const long: RunScript = { steps: [{ kind: 'play', seconds: 20 }, { kind: 'drop' }] };
    const { clock, starts, supervisor } = supervise([drop, drop, drop, long, {}]);
    supervisor.start();
    await clock.advance(60_000);
    await supervisor.stop();
    expect(starts).toEqual([0, 1750, 3750, 6250, 26_500]);
  });

  it('tells stalled from lost, with what happened and when it tries again', async () => {
    const { clock, said, log, supervisor } = supervise([
      {
        steps: [
          { kind: 'play', seconds: 1 },
          { kind: 'stall', seconds: 100 },
        ],
      },
      {},
    ]);
    supervisor.start();
    await clock.advance(20_000);
    await supervisor.stop();
    expect(said).toEqual(['connecting', 'start', 'online', 'packets', 'end CAPTURE_STALLED', 'stalled', 'start', 'online', 'packets', 'end stopped']);
    log.expectLine('sent nothing for 10 s; connecting again in 0.3 s', 'warn');
    expect(log.print()).not.toContain('s3cret');
  });

  it('opens a stream that changed at once', async () => {
    const { clock, starts, supervisor } = supervise([{ steps: [{ kind: 'play', seconds: 12 }, { kind: 'change' }] }, { width: 1920, height: 1080 }]);
    supervisor.start();
    await clock.advance(15_000);
    await supervisor.stop();
    expect(starts).toEqual([0, 12_000]);
  });

  it('counts jumps of the camera’s clock', async () => {
    const { clock, supervisor } = supervise([
      {
        steps: [
          { kind: 'play', seconds: 1 },
          { kind: 'jump', seconds: 60 },
          { kind: 'play', seconds: 100 },
        ],
      },
    ]);
    supervisor.start();
    await clock.advance(5000);
    expect(supervisor.clockJumps).toBe(1);
    expect(supervisor.reconnects).toBe(0);
    await supervisor.stop();
  });

  it.each<[string, RunScript]>([
    ['connecting', { connectMs: 60_000 }],
    ['waiting', { refuse: 'CAPTURE_CONNECT_FAILED' }],
    ['stalling', { steps: [{ kind: 'stall', seconds: 60 }] }],
    ['playing', {}],
  ])('stops at once while %s', async (_, run) => {
    const { clock, supervisor, camera } = supervise([run]);
    supervisor.start();
    await clock.advance(5000);
    await supervisor.stop();
    expect(camera.live).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('may be stopped before it was started', async () => {
    await expect(supervise([{}]).supervisor.stop()).resolves.toBeUndefined();
  });
});

describe('CaptureSupervisor of a camera whose announcement is wrong', () => {
  const SMALL_SPS = Uint8Array.of(0x67, 0x42, 0xc0, 0x1e, 0xf4, 0x05, 0x01, 0xed, 0x00);

  /** Every run announces 1280x720, sends three key pictures with the given sets, and is lost after 20 s. */
  function announcing(clock: FakeClock, sent: readonly Uint8Array[]): CameraSource {
    let runs = 0;
    return {
      open: (_request, sink, signal) => {
        const sps = sent[runs++] ?? SMALL_SPS;
        const done = (async () => {
          sink.onInfo({ video: videoTrack });
          for (let picture = 0; picture < 20 && !signal.aborted; picture += 1) {
            sink.onPacket({ ...packetAt({ ms: picture * 1000, isKey: true }), data: Uint8Array.from([0, 0, 0, sps.length, ...sps, 0, 0, 0, 1, 0x65]) });
            await clock.sleep(1000, signal);
          }
          if (!signal.aborted) throw new RecorderError('CAPTURE_LOST', 'the camera closed the stream');
        })();
        return { done, pause: () => undefined, resume: () => undefined, setGathering: () => undefined };
      },
    };
  }

  function watch(sent: readonly Uint8Array[]) {
    const clock = new FakeClock();
    const log = new RecordingLogger();
    const widths: number[] = [];
    const ends: (string | undefined)[] = [];
    const supervisor = new CaptureSupervisor(
      {
        camera: announcing(clock, sent),
        request: { source: sourceOf('rtsp://192.0.2.10/main'), audio: false, frameSkip: 0, pace: 'live', connectTimeoutMs: 5000 },
        stallTimeoutMs: 10_000,
        clock,
        log,
        random: () => 0.5,
      },
      { onRunStart: ({ video }) => widths.push(video.width), onPacket: () => undefined, onRunEnd: (code) => ends.push(code), onStatus: () => undefined },
    );
    supervisor.start();
    return { clock, log, widths, ends, supervisor };
  }

  it('takes what the stream says at the third run, and at once at those after it, with one warning', async () => {
    const { clock, log, widths, ends, supervisor } = watch([]);
    await clock.advance(3000);
    expect(widths).toEqual([640]);
    await clock.advance(45_000);
    expect(widths).toEqual([640, 640, 640]);
    expect(ends).toEqual(['CAPTURE_LOST', 'CAPTURE_LOST']);
    expect(supervisor.reconnects).toBe(4);
    expect(log.lines.filter(({ message }) => message.includes('announces another picture than it sends'))).toHaveLength(1);
    await supervisor.stop();
  });

  it('believes the announcement again once it was right', async () => {
    const { clock, log, widths, supervisor } = watch([SMALL_SPS, SMALL_SPS, H264_SPS, SMALL_SPS, SMALL_SPS, SMALL_SPS]);
    await clock.advance(23_000);
    expect(widths).toEqual([1280]);
    await clock.advance(8000);
    expect(widths).toEqual([1280, 640]);
    log.expectLine('changed its picture size or codec', 'warn');
    await supervisor.stop();
  });
});
