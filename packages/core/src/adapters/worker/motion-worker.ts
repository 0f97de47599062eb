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

function open(message: Extract<ToWorker, { type: 'open' }>): void {
  const { session, request } = message;
  const report = (running: Running): void => {
    Atomics.store(running.progress, 0, running.fed - running.runner.pending());
  };
  const runner = new AnalysisRunner(ffmpegFrameDecoders, request, {
    onReport: (verdict) => {
      say({ type: 'report', session, report: verdict });
    },
    onFailure: (error) => {
      sessions.delete(session);
      say({ type: 'failure', session, message: error.message });
    },
  });
  const running: Running = { runner, progress: new Int32Array(message.progress), fed: 0 };
  sessions.set(session, running);
  // Frames come between packets too; progress is looked at whenever a packet is fed, which is often enough.
  report(running);
}

function close(session: number): void {
  const running = sessions.get(session);
  sessions.delete(session);
  const done = running?.runner.close() ?? Promise.resolve();
  void done.finally(() => say({ type: 'closed', session }));
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.type === 'open') open(message);
  else if (message.type === 'close') close(message.session);
  else {
    const running = sessions.get(message.session);
    if (running === undefined) return;
    running.runner.feed(message.packet);
    running.fed += 1;
    Atomics.store(running.progress, 0, running.fed - running.runner.pending());
  }
});
