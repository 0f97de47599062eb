// npm run bench:live: what live viewers cost a recorder and each other, and how soon a browser shows a picture.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { encodeScene, namedScene } from '@nightjar/testkit';
import { CHROMIUM } from '../packages/core/test/chromium.ts';
import { eventually, RecorderFolder } from '../packages/core/test/integration/recorder-process.ts';
import { liveBrowser } from '../packages/core/test/live-page.ts';
import { startViewers } from '../packages/core/test/live-viewers.ts';
import { startCameras } from './bench-camera.ts';
import { indexFrames, inspectRecordings, probeClip } from './bench-footage.ts';
import { type ArgumentValues, clipFile, runBench, say, textOption, wholeNumber } from './bench-run.ts';

const HELP = `usage: npm run bench:live -- [options]

Measures what viewers of live video cost: memory and CPU of the recorder's process while many watch one camera over WebSockets and
some of them read slowly, whether anybody or the recording lost frames by that, and how soon Chromium paints a picture after a click.

  --clip FILE      an H.264 or H.265 video to serve (default: a synthetic street, 1920x1080 at 15 fps); it is encoded anew with 4 s between key frames
  --viewers N      how many watch (default 100)
  --slow N         how many of them read slowly (default 5)
  --slow-bytes N   what those read a second (default 10000)
  --seconds S      how long they watch (default 60)
  --clicks N       how often the browser begins to play (default 10; 0: without browser)
  --help           this text

Prints a table, and writes it as JSON to bench-results/.
`;
const GOP_SECONDS = 4;
const WARM_UP_MS = 15_000;
const SAMPLE_EVERY_MS = 500;
const TICKS_PER_SECOND = 100;
const PROMISED_GROWTH_MB = 150;
const PROMISED_CLICK_MS = 500;

interface Arguments {
  readonly clip: string | undefined;
  readonly viewers: number;
  readonly slow: number;
  readonly slowBytes: number;
  readonly seconds: number;
  readonly clicks: number;
}

/** @throws TypeError with one sentence. */
function readArguments(): Arguments | undefined {
  const { values } = parseArgs({
    options: {
      clip: { type: 'string' },
      ...textOption('viewers', '100'),
      ...textOption('slow', '5'),
      ...textOption('slow-bytes', '10000'),
      ...textOption('seconds', '60'),
      ...textOption('clicks', '10'),
      help: { type: 'boolean', short: 'h', default: false },
    },
  }) as { values: ArgumentValues };
  if (values['help'] === true) {
    process.stdout.write(HELP);
    return undefined;
  }
  const whole = (name: string, least: number): number => wholeNumber(values, name, least);
  const clip = clipFile(values);
  const args = { clip, viewers: whole('viewers', 1), slow: whole('slow', 0), slowBytes: whole('slow-bytes', 1), seconds: whole('seconds', 5) };
  if (args.slow >= args.viewers) throw new TypeError(`--slow ${args.slow}: expected fewer than --viewers ${args.viewers}`);
  return { ...args, clicks: whole('clicks', 0) };
}

async function run(args: Arguments, folder: string): Promise<void> {
  const original = args.clip ?? (await encodeScene(namedScene('street', { fps: 15 }), { size: { width: 1920, height: 1080 } }));
  const path = join(folder, 'clip.mp4');
  withSlowGop(original, path, probeClip(original).fps);
  const clip = probeClip(path);
  const index = indexFrames(path);
  say(
    `${clip.codec} ${clip.width}x${clip.height} at ${clip.fps} fps, ${GOP_SECONDS} s between key frames, ${cpus()[0]?.model ?? 'unknown CPU'} × ${availableParallelism()}`,
  );
  const cameras = await startCameras(path, 1);
  await using recorder = new RecorderFolder({ cameras: `  - { id: porch, source: "${cameras.urls[0]}", function: record, audio: false }` });
  try {
    await recorder.start();
    await eventually('the camera is online', async () => ((await recorder.health()).cameras.online === 1 ? true : undefined), 20_000);
    const { url, token } = await recorder.session();
    const { pid } = recorder;
    const live = `${url.replace('http', 'ws')}/api/v1/cameras/porch/live`;
    await sleep(WARM_UP_MS);
    const crowd = await watchedBy(args, { live, token, pid });
    const clicksMs = args.clicks > 0 && existsSync(CHROMIUM) ? await clicks(args.clicks, live, token) : [];
    const { code, tookMs } = await recorder.stop();
    const recorded = inspectRecordings(recorder.area, index);
    report(args, clip, { ...crowd, clicksMs, stop: { code, tookMs }, recorded, ledger: recorder.gaps().map(({ reason }) => reason) });
  } finally {
    await cameras.stop();
  }
}

function withSlowGop(from: string, to: string, fps: number): void {
  const gop = String(Math.round(GOP_SECONDS * fps));
  const video = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-maxrate', '4M', '-bufsize', '8M', '-bf', '0', '-pix_fmt', 'yuv420p'];
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', from, '-an', ...video, '-g', gop, '-keyint_min', gop, '-sc_threshold', '0', to], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${from} could not be encoded: ${stderr.trim()}`);
}

interface Place {
  readonly live: string;
  readonly token: string;
  readonly pid: number;
}

/** Lets them watch, and measures the recorder's process before and meanwhile. */
async function watchedBy({ viewers, slow, slowBytes, seconds }: Arguments, { live, token, pid }: Place) {
  const aloneMB = rssMB(pid);
  const aloneCpu = await cpuShare(pid, 10_000);
  const crowd = await startViewers({ url: live, token, viewers, slow, slowBytesPerSecond: slowBytes });
  try {
    let peakMB = 0;
    const sampler = setInterval(() => (peakMB = Math.max(peakMB, rssMB(pid))), SAMPLE_EVERY_MS);
    const machineBefore = machineTicks();
    const before = await crowd.report();
    const watchedCpu = await cpuShare(pid, seconds * 1000);
    const after = await crowd.report();
    const machine = machineTicks();
    clearInterval(sampler);
    return {
      aloneMB,
      peakMB,
      growthMB: peakMB - aloneMB,
      cpuPercentAlone: aloneCpu * 100,
      cpuPercentWatched: watchedCpu * 100,
      cpuPercentPerViewer: ((watchedCpu - aloneCpu) * 100) / viewers,
      megabitPerSecond: ((after.bytes - before.bytes) * 8) / 1e6 / seconds,
      machineLoad: (machine.busy - machineBefore.busy) / (machine.all - machineBefore.all),
      viewers: after,
      framesEach: (after.frames - before.frames) / (viewers - slow),
      slowBytesPerSecondEach: slow === 0 ? 0 : (after.slowBytes - before.slowBytes) / seconds / slow,
    };
  } finally {
    await crowd.stop();
  }
}

async function clicks(count: number, live: string, token: string): Promise<readonly number[]> {
  await using browser = await liveBrowser();
  const took: number[] = [];
  for (let click = 0; click < count; click++) {
    const page = await browser.open(live, token);
    await page.play();
    took.push(await eventually('a picture is painted', async () => (await page.playing()).firstPictureMs ?? undefined, 20_000));
    await page.page.close();
    // Anywhere between two key frames.
    await sleep(Math.random() * GOP_SECONDS * 1000);
  }
  return took.toSorted((a, b) => a - b);
}

type Figures = Awaited<ReturnType<typeof watchedBy>> & {
  readonly clicksMs: readonly number[];
  readonly stop: { readonly code: number | null; readonly tookMs: number };
  readonly recorded: ReturnType<typeof inspectRecordings>;
  readonly ledger: readonly string[];
};

function report(args: Arguments, clip: ReturnType<typeof probeClip>, figures: Figures): void {
  const { viewers, recorded, clicksMs, framesEach } = figures;
  const kept = (isKept: boolean): string => (isKept ? 'kept' : 'MISSED');
  const rows: readonly (readonly [string, string])[] = [
    ['viewers, of them slow', `${args.viewers}, ${args.slow} at ${args.slowBytes} B/s (read ${figures.slowBytesPerSecondEach.toFixed(0)} B/s each)`],
    ['sent to the others', `${figures.megabitPerSecond.toFixed(0)} Mbit/s`],
    ['frames each of the others got', `${framesEach.toFixed(0)} in ${args.seconds} s`],
    [
      'lost by the others',
      `${viewers.skipped} skipped, ${viewers.gaps} gaps, ${viewers.closed} closed: ${kept(viewers.skipped + viewers.gaps + viewers.closed === 0)}`,
    ],
    [
      'lost by the recording',
      `${recorded.missingFrames ?? 'unknown'} of ${recorded.frames}, gaps: ${figures.ledger.join(', ') || 'none'}: ${kept(recorded.missingFrames === 0)}`,
    ],
    [
      'memory of the process',
      `${figures.aloneMB.toFixed(0)} → ${figures.peakMB.toFixed(0)} MB, + ${figures.growthMB.toFixed(0)}: ${kept(figures.growthMB < PROMISED_GROWTH_MB)}`,
    ],
    [
      'CPU of the process',
      `${figures.cpuPercentAlone.toFixed(1)} → ${figures.cpuPercentWatched.toFixed(1)} % of a core, ${figures.cpuPercentPerViewer.toFixed(2)} % a viewer`,
    ],
    ['load of the machine', `${(figures.machineLoad * 100).toFixed(0)} % of all cores`],
    ['stopping', `exit code ${figures.stop.code} after ${figures.stop.tookMs.toFixed(0)} ms`],
    ...(clicksMs.length === 0
      ? []
      : ([
          [
            'click → picture painted',
            `median ${median(clicksMs).toFixed(0)}, slowest ${(clicksMs.at(-1) ?? 0).toFixed(0)} ms of ${clicksMs.length}: ${kept((clicksMs.at(-1) ?? 0) <= PROMISED_CLICK_MS)}`,
          ],
        ] as const)),
  ];
  for (const [what, value] of rows) say(`${what.padEnd(32)}${value}`);
  mkdirSync('bench-results', { recursive: true });
  const file = join('bench-results', `live-${new Date().toISOString().replaceAll(':', '-')}.json`);
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
  writeFileSync(
    file,
    `${JSON.stringify({ args, clip, machine, ...figures }, (_, value: unknown) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value), 2)}\n`,
  );
  say(`written to ${file}`);
}

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;

const rssMB = (pid: number): number => (Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024) / 1e6;

/** Share of one core that a process used for so long. */
async function cpuShare(pid: number, ms: number): Promise<number> {
  const [ticks, startedMs] = [cpuTicks(pid), performance.now()];
  await sleep(ms);
  return (cpuTicks(pid) - ticks) / TICKS_PER_SECOND / ((performance.now() - startedMs) / 1000);
}

function cpuTicks(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function machineTicks(): { readonly busy: number; readonly all: number } {
  const line = /^cpu +([\d ]+)/.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, all: busy + idle + wait };
}

await runBench('live', readArguments, run);
