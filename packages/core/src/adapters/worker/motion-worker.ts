// The motion thread: decoders and detectors of all cameras, away from the thread that records.
import { parentPort } from 'node:worker_threads';
import { AnalysisRunner } from '../../motion/analysis-runner.ts';
import { ffmpegFrameDecoders } from '../ffmpeg/ffmpeg-frame-decoder.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

interface Running {
  readonly runner: AnalysisRunner;
  readonly progress: Int32Array;
  fed: number;
}

const sessions = new Map<number, Running>();
const say = (message: FromWorker): void => parentPort?.postMessage(message);

/** Tells the feeding side how many of its packets are done with. */
function noteProgress({ progress, fed, runner }: Running): void {
  Atomics.store(progress, 0, fed - runner.pending());
}

function open(message: Extract<ToWorker, { type: 'open' }>): void {
  const { session, request } = message;
  const runner = new AnalysisRunner(ffmpegFrameDecoders, request, {
    onReport: (verdict) => {
      // Frames come between packets too, and a session that was held back waits for this.
      noteProgress(running);
      say({ type: 'report', session, report: verdict });
    },
    onFailure: (error) => {
      sessions.delete(session);
      say({ type: 'failure', session, message: error.message });
    },
  });
  const running: Running = { runner, progress: new Int32Array(message.progress), fed: 0 };
  sessions.set(session, running);
}

function close(session: number): void {
  const running = sessions.get(session);
  sessions.delete(session);
  const done = running?.runner.close() ?? Promise.resolve();
  void done.finally(() => say({ type: 'closed', session }));
}

function feed({ session, packets }: Extract<ToWorker, { type: 'packets' }>): void {
  const running = sessions.get(session);
  if (running === undefined) return;
  running.fed += packets.length;
  for (const { packet, isWanted } of packets) running.runner.feed(packet, isWanted);
  noteProgress(running);
}

/** What one camera's stream breaks costs its own session, and no other camera anything. */
function fail(session: number, error: unknown): void {
  const running = sessions.get(session);
  sessions.delete(session);
  void running?.runner.close();
  say({ type: 'failure', session, message: error instanceof Error ? error.message : String(error) });
}

parentPort?.on('message', (message: ToWorker) => {
  try {
    if (message.type === 'open') open(message);
    else if (message.type === 'packets') feed(message);
    else close(message.session);
  } catch (error) {
    fail(message.session, error);
  }
});
