import { FakeCameraSource, FakeClock, type RunScript } from '@nightjar/testkit';
import { sourceOf } from '../../test/camera-settings.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraSource } from '../ports/camera-source.ts';
import { probeSource } from './probe-source.ts';

async function probe(run: RunScript, { seconds = 10, url = 'rtsp://192.0.2.10/main', wrap = (source: CameraSource) => source } = {}) {
  const clock = new FakeClock();
  const camera = new FakeCameraSource(clock, [run]);
  const abort = new AbortController();
  const probing = probeSource({ source: sourceOf(url), cameras: wrap(camera), clock, seconds, connectTimeoutMs: 5000 }, abort.signal).catch(
    (error: unknown) => RecorderError.of(error)!,
  );
  await clock.advance(60_000);
  return { result: await probing, camera, clock };
}

describe('probing a source', () => {
  it('says what it is', async () => {
    const { result, camera, clock } = await probe({ audio: true, gopSeconds: 2, packetBytes: 1000 });
    expect(result).toMatchObject({
      codec: 'avc1.64001f',
      width: 640,
      height: 360,
      fps: 10,
      gopSeconds: 2,
      audio: { codec: 'mp4a.40.2', sampleRate: 16_000, channels: 1 },
      hasBFrames: false,
      seconds: 10,
    });
    expect([camera.live, clock.pendingTimers]).toEqual([0, 0]);
  });

  it.each<[string, RunScript, number]>([
    ['B-frames', { bFrames: 2 }, 10],
    ['key frames are 8 s apart', { gopSeconds: 8 }, 20],
    ['no second key frame within 10 s', { gopSeconds: 100 }, 10],
    ['few frames came', { fps: 1 }, 10],
    ['constant bit rate: set', { fps: 20 }, 10],
  ])('warns: %s', async (warning, run, seconds) => {
    const { result } = await probe(run, { seconds });
    expect(result).toMatchObject({ warnings: expect.arrayContaining([expect.stringContaining(warning)]) });
  });

  it('has nothing to say about a camera that is set up well', async () => {
    let sent = 0;
    const lively = (source: CameraSource): CameraSource => ({
      open: (request, sink, signal) =>
        source.open(
          request,
          {
            onInfo: (info) => sink.onInfo(info),
            onPacket: (packet) => {
              sent += 1;
              // Slices of another size each second.
              const grown = new Uint8Array(packet.data.length + 100 * (Math.floor(sent / 10) % 3));
              new DataView(grown.buffer).setUint32(0, grown.length - 4);
              grown.set(packet.data.subarray(4), 4);
              sink.onPacket({ ...packet, data: grown });
            },
          },
          signal,
        ),
    });
    const { result } = await probe({ gopSeconds: 2 }, { wrap: lively });
    expect(result).toMatchObject({ warnings: [], audio: null });
  });

  it('reads files as fast as it can', async () => {
    const { camera } = await probe({ steps: [{ kind: 'play', seconds: 4 }] }, { url: 'file:/clip.mp4' });
    expect(camera.requests).toMatchObject([{ pace: 'fast', audio: true }]);
  });

  it('describes what came before the camera went', async () => {
    const { result } = await probe({ steps: [{ kind: 'play', seconds: 3 }, { kind: 'drop' }] });
    expect(result).toMatchObject({ fps: 10, seconds: 2.9 });
  });

  it('does not wait forever for pictures that do not come', async () => {
    const { result } = await probe({
      steps: [
        { kind: 'play', seconds: 1 },
        { kind: 'stall', seconds: 3600 },
      ],
    });
    expect(result).toMatchObject({ seconds: 0.9 });
  });

  it.each<[RunScript]>([[{ refuse: 'CAPTURE_CONNECT_FAILED' }], [{ steps: [] }], [{ steps: [{ kind: 'stall', seconds: 3600 }] }]])(
    'fails where there is no picture: %j',
    async (run) => {
      expect((await probe(run)).result).toMatchObject({ code: 'PROBE_FAILED', message: expect.stringContaining('rtsp://192.0.2.10/main') });
    },
  );
});
