// How long clients wait for snapshots, and what that costs: four 1080p cameras, twenty clients.
// node --conditions=source scripts/bench-snapshots.ts [SECONDS]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { encodeScene, namedScene, RecordingLogger, waitUntil } from '@nightjar/testkit';
import { cameraSettings, sourceOf } from '../packages/core/test/camera-settings.ts';
import { startLocalRecorder } from '../packages/core/test/local-recorder.ts';
import { askForSnapshots, type Waits } from '../packages/core/test/snapshot-load.ts';
import { costNow, machineNow } from './bench-process.ts';

const SIZE = { width: 1920, height: 1080 };
const GOPS = [1, 4] as const;
const CLIENTS = 20;
const REQUESTS = 1000;
const STEADY_EVERY_MS = 500;
const DEFAULT_SECONDS = 60;
const IDLE_MS = 20_000;
/** Longer than decoders stay after the last request. */
const AFTER_MS = 17_000;
/** What the four cameras are like. */
const CAMERAS = [
  { id: 'one', gop: 1, mode: 'continuous' },
  { id: 'two', gop: 4, mode: 'continuous' },
  { id: 'three', gop: 4, mode: 'keyframes' },
  { id: 'four', gop: 1, mode: 'off' },
] as const;

interface Phase {
  readonly name: string;
  readonly waits?: Waits;
  readonly cores: number;
  readonly pssMB: number;
  readonly processes: number;
  readonly machineLoad: number;
}

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The recorder and its clients, in a process of their own. */
async function record(urls: readonly string[], seconds: number): Promise<void> {
  const settings = CAMERAS.map(({ id, gop, mode }) =>
    cameraSettings({ id, name: id, source: sourceOf(urls[GOPS.indexOf(gop)] ?? ''), detect: { mode, fps: 5 } }),
  );
  await using recorder = await startLocalRecorder(settings, new RecordingLogger());
  const { app, api } = recorder;
  await waitUntil(() => app.cameras().every(({ state }) => state.status === 'online' && state.gopSeconds > 0), undefined, 60_000);
  const cameraIds = CAMERAS.map(({ id }) => id);
  const measured = async (name: string, work: () => Promise<Waits | undefined>): Promise<void> => {
    const [cost, machine, startedMs] = [costNow(process.pid), machineNow(), performance.now()];
    let peak = cost;
    const sampler = setInterval(() => {
      const now = costNow(process.pid);
      if (now.pssMB > peak.pssMB) peak = now;
    }, 1000);
    const waits = await work();
    clearInterval(sampler);
    const [costAfter, machineAfter, wallSeconds] = [costNow(process.pid), machineNow(), (performance.now() - startedMs) / 1000];
    const machineLoad = (machineAfter.busy - machine.busy) / Math.max(1, machineAfter.all - machine.all);
    const phase: Phase = {
      name,
      cores: (costAfter.cpuSeconds - cost.cpuSeconds) / wallSeconds,
      pssMB: peak.pssMB,
      processes: peak.processes,
      machineLoad,
      ...(waits === undefined ? {} : { waits }),
    };
    process.send?.(phase);
  };
  const idle = async (ms: number): Promise<undefined> => {
    await pass(ms);
    return undefined;
  };
  await measured('nobody asks', () => idle(IDLE_MS));
  await measured('the first request of each camera', () => askForSnapshots(api, app, { cameraIds, clients: 4, requestsPerClient: 1, everyMs: 0 }));
  await measured('1,000 requests at once', () => askForSnapshots(api, app, { cameraIds, clients: CLIENTS, requestsPerClient: REQUESTS / CLIENTS, everyMs: 0 }));
  await measured('1,000 requests in 10 s', () =>
    askForSnapshots(api, app, { cameraIds, clients: CLIENTS, requestsPerClient: REQUESTS / CLIENTS, everyMs: 200 }),
  );
  const requestsPerClient = Math.round((seconds * 1000) / STEADY_EVERY_MS);
  await measured(`${seconds} s, each client twice a second`, () =>
    askForSnapshots(api, app, { cameraIds, clients: CLIENTS, requestsPerClient, everyMs: STEADY_EVERY_MS }),
  );
  await idle(AFTER_MS);
  await measured('nobody asks any more', () => idle(IDLE_MS));
}

async function main(seconds: number): Promise<void> {
  const clips = await Promise.all(GOPS.map((gopSeconds) => encodeScene(namedScene('street', { fps: 15 }), { size: SIZE, gopSeconds })));
  const program = fileURLToPath(import.meta.resolve('@nightjar/testkit').replace(/index\.ts$/, 'bin/rtsp-camera.ts'));
  const cameras = fork(program, ['0', ...clips.map((clip, index) => `gop${GOPS[index]}=${clip}`), '--loop'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let said = '';
  cameras.stdout?.on('data', (text) => (said += String(text)));
  try {
    await waitUntil(() => said.includes('ready'), undefined, 120_000);
    const urls = said.split('\n').filter((line) => line.startsWith('rtsp://'));
    const recorder = fork(fileURLToPath(import.meta.url), ['--recorder', String(seconds), ...urls], { stdio: 'inherit' });
    const phases: Phase[] = [];
    recorder.on('message', (phase: Phase) => phases.push(phase));
    const [code] = (await once(recorder, 'close')) as [number | null];
    process.stdout.write(`${table(phases)}\n`);
    process.exitCode = code ?? 1;
  } finally {
    cameras.kill();
  }
}

function table(phases: readonly Phase[]): string {
  const ms = (value: number | null | undefined): string => (value === undefined || value === null ? '' : value.toFixed(value < 10 ? 1 : 0));
  const rows = phases.map(({ name, waits, cores, pssMB, processes, machineLoad }) => [
    name,
    ...[
      waits === undefined ? '' : `${waits.requests}${waits.stale === 0 ? '' : ` (${waits.stale} drawn)`}`,
      ms(waits?.p50Ms),
      ms(waits?.p95Ms),
      ms(waits?.p99Ms),
      ms(waits?.maxMs),
      waits?.decodes ?? '',
      ms(waits?.oldestMs),
    ],
    ...[cores.toFixed(2), pssMB.toFixed(0), processes, `${(machineLoad * 100).toFixed(0)} %`],
  ]);
  const head = ['', 'requests', 'p50 ms', 'p95', 'p99', 'most', 'decodes', 'oldest ms', 'cores', 'MB (PSS)', 'processes', 'machine busy'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const cameras = CAMERAS.map(({ gop, mode }) => `${mode} (GOP ${gop} s)`).join(', ');
  return [`4 cameras of 1920x1080 at 15 frames/s: ${cameras}; ${cpus()[0]?.model ?? 'unknown CPU'} × ${availableParallelism()}`, '', ...lines].join('\n');
}

const [role, seconds = '', ...urls] = process.argv.slice(2);
if (role === '--recorder') await record(urls, Number(seconds));
else await main(Number(role ?? DEFAULT_SECONDS));
