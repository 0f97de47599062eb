// npm run bench: what recording with motion detection costs, as ratios against ffmpeg and, with --peers, other recorders.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { encodeScene, namedScene } from '@nightjar/testkit';
import { type BenchArguments, HELP, readArguments } from './bench-arguments.ts';
import { type BenchCameras, startCameras } from './bench-camera.ts';
import { drawChart } from './bench-chart.ts';
import { type BenchInput, type Entrant, floors, motion, recorder } from './bench-contestants.ts';
import { type Clip, type FrameIndex, indexFrames, inspectRecordings, probeClip } from './bench-footage.ts';
import { measure } from './bench-process.ts';
import { type BenchProgress, showProgress } from './bench-progress.ts';
import { judge, type Row, type Run, sayVerdict, toRemarks, toRows, toTable, type Verdict } from './bench-report.ts';
import { zoneminder } from './bench-zoneminder.ts';

const FOLDER_PREFIX = 'nightjar-bench-';
/** A contestant that receives less than it should is stopped after this much more time. */
const PATIENCE_MS = 30_000;
const WRONG_ARGUMENTS = 2;
const INTERRUPTED = 130;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What a whole benchmark found. */
interface Findings {
  readonly runs: readonly Run[];
  readonly skipped: readonly string[];
}

async function main(): Promise<number> {
  const args = understood();
  if (args === undefined) return WRONG_ARGUMENTS;
  if (args.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const folder = ownFolder();
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());
  // Whoever reads this may leave first, as `head` does: what runs is stopped all the same.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => interrupted.abort());
  try {
    return await run(args, folder, interrupted.signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The arguments; or nothing, after saying what is wrong with them. */
function understood(): BenchArguments | undefined {
  try {
    const args = readArguments(process.argv.slice(2));
    if (args.clip !== undefined) probeClip(args.clip);
    return args;
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

/**
 * The folder for everything that is written. In it lies a copy of Node that runs this process and the cameras: the kernel halves the memory of pages that
 * two processes share, so a benchmark that ran from the recorder's own binary would make the recorder look smaller than it is.
 */
function ownFolder(): string {
  const own = dirname(process.execPath);
  if (basename(own).startsWith(FOLDER_PREFIX)) return own;
  const folder = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
  const node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  if (spawnSync(node, ['--version']).status === 0 && process.execve !== undefined)
    process.execve(node, [node, '--no-warnings', ...process.execArgv, ...process.argv.slice(1)], process.env);
  say(`programs can't be run from ${tmpdir()}, so this process shares pages with the recorder and its memory reads too low`);
  return folder;
}

async function run(args: BenchArguments, folder: string, signal: AbortSignal): Promise<number> {
  const path = args.clip ?? (await encodeScene(namedScene('street', { fps: 15 }), { size: { width: 1920, height: 1080 } }));
  const clip = probeClip(path);
  const seconds = args.seconds ?? clip.seconds;
  const cameras = await startCameras(path, args.cameras);
  let findings: Findings;
  try {
    const entrants = enlist({ urls: cameras.urls, ...clip }, args, folder);
    const { codec, width, height, fps } = clip;
    const cpu = `${cpus()[0]?.model ?? 'unknown CPU'} × ${availableParallelism()}`;
    say(`${args.cameras} × ${codec} ${width}x${height} at ${fps} fps, ${seconds.toFixed(0)} s of video for each, ${cpu}`);
    const progress = showProgress(process.stderr, entrants.length, seconds);
    findings = await runAll(entrants, { cameras, clip, index: indexFrames(path), seconds, progress, signal });
    progress.end();
  } finally {
    await cameras.stop();
  }
  if (signal.aborted) return INTERRUPTED;
  report(args, clip, seconds, findings);
  return 0;
}

/** Who runs, in this order. */
function enlist(input: BenchInput, { modes, peers }: BenchArguments, folder: string): readonly Entrant[] {
  const single = { ...input, urls: input.urls.slice(0, 1) };
  const alone = input.urls.length > 1 ? modes.map((mode) => recorder(single, folder, mode)) : [];
  return [
    ...floors(input),
    ...alone,
    ...modes.map((mode) => recorder(input, folder, mode)),
    ...(peers ? [motion(input, folder), zoneminder(input, folder)] : []),
  ];
}

interface Course {
  readonly cameras: BenchCameras;
  readonly clip: Clip;
  readonly index: FrameIndex;
  readonly seconds: number;
  readonly progress: BenchProgress;
  readonly signal: AbortSignal;
}

async function runAll(entrants: readonly Entrant[], course: Course): Promise<Findings> {
  const runs: Run[] = [];
  const skipped: string[] = [];
  for (const entrant of entrants) {
    if (course.signal.aborted) break;
    course.progress.begin(entrant.cameras > 1 ? `${entrant.name} ×${entrant.cameras}` : entrant.name);
    const outcome = await runOne(entrant, course);
    if (typeof outcome === 'string') skipped.push(`${entrant.name}: skipped, ${outcome}`);
    else runs.push(outcome);
  }
  return { runs, skipped };
}

/** Runs until every camera has sent as much video as everybody gets, so that a slow start makes nobody cheaper. */
async function runOne(entrant: Entrant, { cameras, clip, index, seconds, progress, signal }: Course): Promise<Run | string> {
  const contestant = await entrant.prepare();
  if (typeof contestant === 'string') return contestant;
  const { programs, output, helper, complaints, stop } = contestant;
  try {
    const { enough, sent } = cameras.count(entrant.cameras, Math.round(seconds * clip.fps), ({ frames }) => progress.update(Math.min(...frames) / clip.fps));
    const patience = new AbortController();
    const until = Promise.race([enough, whenAborted(AbortSignal.any([signal, patience.signal]))]);
    const timer = setTimeout(() => patience.abort(), seconds * 1000 + PATIENCE_MS);
    const cost = await measure({ programs, cameraPid: cameras.pid, until, ...(helper === undefined ? {} : { helperPid: helper.pid }) });
    clearTimeout(timer);
    const { frames, connections } = sent();
    return {
      entrant,
      cost,
      ...(helper === undefined ? {} : { helperName: helper.name }),
      sentFrames: frames.reduce((sum, count) => sum + count, 0),
      connections,
      ...(output === undefined ? {} : { recorded: inspectRecordings(output, index) }),
      complaints: complaints?.(cost.said) ?? [],
    };
  } finally {
    await stop?.();
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function report(args: BenchArguments, clip: Clip, seconds: number, { runs, skipped }: Findings): void {
  const rows = toRows(runs, clip.fps);
  const verdicts = judge(rows);
  const remarks = toRemarks(runs);
  const lines = [...toTable(rows), ...skipped, ...remarks, ...verdicts.map(sayVerdict)];
  for (const line of lines) say(line);
  const base = writeFiles({ args, clip, seconds, rows, verdicts, remarks, skipped });
  say(`written to ${base}.json and ${base}.svg`);
}

interface Written {
  readonly args: BenchArguments;
  readonly clip: Clip;
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
  readonly remarks: readonly string[];
  readonly skipped: readonly string[];
}

/** Writes both files and says what their names begin with. */
function writeFiles({ args, clip, seconds, rows, verdicts, remarks, skipped }: Written): string {
  mkdirSync('bench-results', { recursive: true });
  const base = join('bench-results', new Date().toISOString().replaceAll(':', '-'));
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
  const rounded = (_: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);
  writeFileSync(`${base}.json`, `${JSON.stringify({ cameras: args.cameras, seconds, clip, machine, rows, verdicts, remarks, skipped }, rounded, 2)}\n`);
  const title = `Recording with motion detection, ${args.cameras === 1 ? 'one camera' : `${args.cameras} cameras`}`;
  const subtitle = `${clip.codec} ${clip.width}x${clip.height} at ${clip.fps} fps, ${seconds.toFixed(0)} s of video each, ${machine.cpu} × ${machine.cores}`;
  const saturated = rows.some(({ isSaturated }) => isSaturated) ? ' “!”: the machine was saturated, the figure means little.' : '';
  writeFileSync(`${base}.svg`, drawChart(rows, { title, subtitle, footnote: `Shorter is better.${saturated}` }));
  return base;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
