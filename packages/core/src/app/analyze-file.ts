// The live detector over a recorded file, as fast as the machine allows: the same packets, decoder, detector and alarm.

import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraSettings } from '../model/camera.ts';
import type { Packet } from '../model/packet.ts';
import type { Source } from '../model/source.ts';
import { type AnalysisEvent, AnalysisEvents } from '../motion/analysis-events.ts';
import { AnalysisRunner } from '../motion/analysis-runner.ts';
import { aroundFrames } from '../motion/around-frames.ts';
import type { CameraSource } from '../ports/camera-source.ts';
import type { FrameDecoderFactory } from '../ports/frame-decoder.ts';

/** Frames the decoder may owe before reading the file waits for it. */
const MOST_OWED = 120;
const FEW_OWED = 40;
const OPEN_WITHIN_MS = 10_000;

/** What is analysed and with what. */
export interface AnalyzeFileOptions {
  readonly source: Source;
  readonly mode: 'continuous' | 'keyframes';
  readonly camera: Pick<CameraSettings, 'detect' | 'zones' | 'alarmFrameCount' | 'postRollSeconds'>;
  readonly cameras: CameraSource;
  readonly decoders: FrameDecoderFactory;
  onEvent(event: AnalysisEvent): void;
  /** Seconds of the file that were read. */
  onProgress(seconds: number): void;
}

/** What a file held. */
export interface FileAnalysis {
  readonly durationSeconds: number;
  readonly events: number;
  readonly framesDecoded: number;
  readonly framesTotal: number;
}

/** Analyses one file. @throws RecorderError `CAPTURE_*` for a file that can't be read, `DECODER_FAILED`. */
export async function analyzeFile(options: AnalyzeFileOptions, signal: AbortSignal): Promise<FileAnalysis> {
  const { source, mode, camera, cameras, decoders, onEvent, onProgress } = options;
  const { alarmFrameCount, postRollSeconds, zones } = camera;
  const settings = { alarmFrameCount, postRollSeconds, keyFramesOnly: mode === 'keyframes' };
  const collected = new AnalysisEvents(settings);
  const ending = new AbortController();
  let runner: AnalysisRunner | undefined;
  let failure: unknown;
  let first: Packet | undefined;
  let lastUs = 0;
  let framesTotal = 0;
  let events = 0;
  const count = (event: AnalysisEvent | undefined): void => {
    if (event === undefined) return;
    events += 1;
    onEvent(event);
  };
  const paced = aroundFrames(decoders, (give) => {
    give();
    if ((runner?.pending() ?? 0) < FEW_OWED) run.resume();
  });
  const run = cameras.open(
    { source, audio: false, frameSkip: 0, pace: 'fast', connectTimeoutMs: OPEN_WITHIN_MS },
    {
      onInfo: ({ video }) => {
        runner = new AnalysisRunner(
          paced,
          { video, mode, fps: camera.detect.fps, zones, alarmFrameCount, postRollSeconds, live: false },
          {
            onReport: ({ sample }) => count(collected.add(sample)),
            onFailure: (error) => {
              failure ??= error;
              ending.abort('failed');
            },
          },
        );
      },
      onPacket: (packet) => {
        first ??= packet;
        framesTotal += 1;
        lastUs = Math.max(lastUs, packet.ptsUs + packet.durationUs);
        runner?.feed(packet);
        if ((runner?.pending() ?? 0) > MOST_OWED) run.pause();
        onProgress((packet.ptsUs - first.ptsUs) / 1e6);
      },
    },
    AbortSignal.any([signal, ending.signal]),
  );
  try {
    await run.done;
    await (signal.aborted || failure !== undefined ? runner?.close() : runner?.flush());
  } catch (error) {
    await runner?.close();
    throw RecorderError.wrap(error, 'CAPTURE_LOST', source.label);
  }
  if (failure !== undefined) throw RecorderError.wrap(failure, 'DECODER_FAILED', source.label);
  count(collected.end());
  const durationSeconds = first === undefined ? 0 : Math.round((lastUs - first.ptsUs) / 1e3) / 1e3;
  return { durationSeconds, events, framesDecoded: runner?.decoded ?? 0, framesTotal };
}
