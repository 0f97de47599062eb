// Serves the clip of the benchmark as cameras, from a process of its own, and counts what it sends.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { loadClip, type MediaClip, RtspCamera, type RtspStream } from '@nightjar/testkit';
import { whenClosed } from './bench-process.ts';

/** What was sent since the count began. */
export interface Sent {
  /** Frames of the longest connection of each camera that is counted. */
  readonly frames: readonly number[];
  readonly connections: number;
}

/** Cameras that run. */
export interface BenchCameras {
  readonly urls: readonly string[];
  readonly pid: number;
  /** Counts anew. `enough` resolves once each of the first `cameras` has sent `frames` frames on one connection. */
  count(cameras: number, frames: number, onProgress: (sent: Sent) => void): { readonly enough: Promise<void>; sent(): Sent };
  stop(): Promise<void>;
}

interface CountRequest {
  /** Tells this count from the one before, whose last report may still be on its way. */
  readonly round: number;
  readonly cameras: number;
  readonly frames: number;
}

type Report = { readonly urls: readonly string[] } | (Sent & { readonly round: number; readonly isEnough: boolean });

const REPORT_EVERY_MS = 250;

/** Starts `count` cameras on loopback. @throws Error where the clip cannot be read. */
export async function startCameras(clip: string, count: number): Promise<BenchCameras> {
  const child = fork(fileURLToPath(import.meta.url), [clip, String(count)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const closed = whenClosed(child);
  let round = 0;
  const [ready] = (await Promise.race([once(child, 'message'), closed.then(() => [undefined])])) as [Report | undefined];
  if (ready === undefined || !('urls' in ready) || child.pid === undefined) throw new Error('the cameras of the benchmark did not start');
  return {
    urls: ready.urls,
    pid: child.pid,
    count: (cameras, frames, onProgress) => countSent(child, { round: ++round, cameras, frames }, onProgress),
    stop: () => {
      child.kill();
      return closed;
    },
  };
}

function countSent(child: ChildProcess, request: CountRequest, onProgress: (sent: Sent) => void): { readonly enough: Promise<void>; sent(): Sent } {
  let newest: Sent = { frames: [], connections: 0 };
  child.removeAllListeners('message');
  const enough = new Promise<void>((resolve) => {
    child.on('message', (report: Report) => {
      if (!('frames' in report) || report.round !== request.round) return;
      newest = report;
      onProgress(report);
      if (report.isEnough) resolve();
    });
  });
  child.send(request);
  return { enough, sent: () => newest };
}

/** Cameras whose key frames are spread evenly over a group of pictures: those of real ones do not come at the same instant. */
function phased(clip: MediaClip, index: number, count: number): MediaClip {
  const keys = clip.units.filter((unit) => unit.isKey && unit.track === 'video').map((unit) => unit.dtsSeconds);
  const groupSeconds = keys.length > 1 ? ((keys.at(-1) ?? 0) - (keys[0] ?? 0)) / (keys.length - 1) : 0;
  const laterSeconds = (groupSeconds * index) / count;
  const units = clip.units.map((unit) => ({ ...unit, dtsSeconds: unit.dtsSeconds + laterSeconds, ptsSeconds: unit.ptsSeconds + laterSeconds }));
  // The length stays, so the first frame of a repetition follows the last one as it should.
  return { ...clip, units };
}

async function serve(path: string, count: number): Promise<void> {
  const clip = await loadClip(path);
  let wanted: CountRequest = { round: 0, cameras: 0, frames: Number.POSITIVE_INFINITY };
  let tallies: Map<number, number>[] = [];
  let isReported = true;
  const report = (): void => {
    const frames = tallies.slice(0, wanted.cameras).map((tally) => Math.max(0, ...tally.values()));
    const isEnough = frames.length > 0 && frames.every((sent) => sent >= wanted.frames);
    process.send?.({ round: wanted.round, frames, connections: tallies.reduce((sum, tally) => sum + tally.size, 0), isEnough } satisfies Report);
    isReported ||= isEnough;
  };
  const streams: Record<string, RtspStream> = {};
  for (let index = 0; index < count; index++) {
    const onFrameSent: NonNullable<RtspStream['onFrameSent']> = (frame) => {
      tallies[index]?.set(frame.client, frame.index + 1);
      if (!isReported && frame.index + 1 === wanted.frames) report();
    };
    streams[`camera${index + 1}`] = { clip: phased(clip, index, count), loop: true, onFrameSent };
  }
  const camera = await RtspCamera.start({ streams });
  process.on('message', (request: CountRequest) => {
    wanted = request;
    tallies = Array.from({ length: count }, () => new Map());
    isReported = false;
  });
  setInterval(report, REPORT_EVERY_MS);
  process.once('disconnect', () => process.exit());
  // Ctrl-C reaches the whole group; the benchmark stops its cameras itself, after those who watch them.
  process.on('SIGINT', () => {});
  process.send?.({ urls: Object.keys(streams).map((name) => camera.url(name)) } satisfies Report);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(process.argv[2] ?? '', Number(process.argv[3]));
