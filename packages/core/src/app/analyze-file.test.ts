import { FakeCameraSource, FakeClock, type FakeDecoderOptions, FakeFrameDecoderFactory, type RunScript } from '@nightjar/testkit';
import { cameraSettings, sourceOf } from '../../test/camera-settings.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { AnalysisEvent } from '../motion/analysis-events.ts';
import { analyzeFile } from './analyze-file.ts';

/** A grey room with noise, in which a dark box walks from 8 s to 12 s. */
const visitor: NonNullable<FakeDecoderOptions['paint']> = (packet, { luma, width, height }) => {
  const seconds = packet.ptsUs / 1e6;
  for (let index = 0; index < luma.length; index++) luma[index] = 128 + ((index * 7919 + packet.ptsUs / 1000) % 5);
  if (seconds < 8 || seconds >= 12) return;
  const left = Math.floor(width * (0.1 + ((seconds - 8) / 4) * 0.6));
  for (let y = Math.floor(height * 0.3); y < height * 0.8; y++) luma.fill(30, y * width + left, y * width + left + Math.floor(width * 0.12));
};

async function analyze(run: RunScript, options: { mode?: 'continuous' | 'keyframes'; decoder?: FakeDecoderOptions; abortAfter?: number } = {}) {
  const clock = new FakeClock();
  const cameras = new FakeCameraSource(clock, [run]);
  const decoders = new FakeFrameDecoderFactory({ paint: visitor, ...options.decoder });
  const events: AnalysisEvent[] = [];
  const abort = new AbortController();
  let progress = 0;
  let isOver = false;
  const analyzing = analyzeFile(
    {
      source: sourceOf('file:/clip.mp4'),
      mode: options.mode ?? 'continuous',
      camera: cameraSettings({ postRollSeconds: 2 }),
      cameras,
      decoders,
      onEvent: (event) => events.push(event),
      onProgress: (seconds) => {
        progress = seconds;
        if (options.abortAfter !== undefined && seconds >= options.abortAfter) abort.abort();
      },
    },
    abort.signal,
  )
    .catch((error: unknown) => RecorderError.of(error)!)
    .finally(() => {
      isOver = true;
    });
  for (let turn = 0; turn < 2000 && !isOver; turn++) await clock.advance(0);
  const result = await analyzing;
  return { result, events, progress, decoders, cameras };
}

const clip = (seconds: number): RunScript => ({ steps: [{ kind: 'play', seconds }] });

describe('analysing a file', () => {
  it('finds what moves, in seconds of the file', async () => {
    const { result, events, progress, cameras, decoders } = await analyze(clip(20));
    expect(events).toHaveLength(1);
    expect(events[0]?.start).toBeGreaterThanOrEqual(8);
    expect(events[0]?.start).toBeLessThan(9);
    expect(events[0]?.end).toBeLessThan(14);
    expect(result).toEqual({ durationSeconds: 20, events: 1, framesDecoded: 200, framesTotal: 200 });
    expect(progress).toBe(19.9);
    expect(cameras.requests).toMatchObject([{ pace: 'fast', audio: false }]);
    expect(decoders.opened).toHaveLength(1);
  });

  it('ends an event that the file cuts off', async () => {
    expect((await analyze(clip(10))).events).toMatchObject([{ end: 9.9 }]);
  });

  it('decodes nothing but the key frames where that is wanted', async () => {
    const { result, events } = await analyze(clip(20), { mode: 'keyframes' });
    expect(result).toMatchObject({ framesTotal: 200, framesDecoded: 20 });
    expect(events).toHaveLength(1);
  });

  it('says so when the decoder dies', async () => {
    const { result } = await analyze(clip(20), { decoder: { failAtPacket: 30 } });
    expect(result).toMatchObject({ code: 'DECODER_FAILED', message: expect.stringContaining('died') });
  });

  it('says so when the file cannot be read', async () => {
    const { result, decoders } = await analyze({ steps: [{ kind: 'play', seconds: 1 }, { kind: 'drop' }] });
    expect(result).toMatchObject({ code: 'CAPTURE_LOST' });
    expect(decoders.opened[0]?.isClosed).toBe(true);
  });

  it('stops when it is told to', async () => {
    const { result, decoders } = await analyze(clip(600), { abortAfter: 3 });
    expect(result).toMatchObject({ framesTotal: 31 });
    expect(decoders.opened[0]?.isClosed).toBe(true);
  });

  it('finds nothing in nothing', async () => {
    expect((await analyze({ steps: [] })).result).toEqual({ durationSeconds: 0, events: 0, framesDecoded: 0, framesTotal: 0 });
  });
});
