// npm run bench: what recording with motion detection costs, as ratios against ffmpeg and, with --peers, other recorders.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { encodeScene, namedScene } from '@nightjar/testkit';
import { type BenchInput, type Contestant, floors, motion, recorder, zoneminder } from './bench-contestants.ts';
import { type Cost, measure } from './bench-process.ts';

const USAGE = 'usage: npm run bench -- [--clip FILE] [--cameras N] [--peers] [--mode continuous|keyframes|both] [--seconds S]';
const MAX_CAMERAS = 32;

const { values } = parseArgs({
  options: {
    clip: { type: 'string' },
    cameras: { type: 'string', default: '1' },
    peers: { type: 'boolean', default: false },
    mode: { type: 'string', default: 'both' },
    seconds: { type: 'string' },
  },
});
const cameraCount = Number(values.cameras);
const modes = (['continuous', 'keyframes'] as const).filter((mode) => values.mode === 'both' || values.mode === mode);
const wantedSeconds = values.seconds === undefined ? undefined : Number(values.seconds);
if (!Number.isInteger(cameraCount) || cameraCount < 1 || cameraCount > MAX_CAMERAS || modes.length === 0 || !((wantedSeconds ?? 1) > 0)) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'nightjar-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const clip = values.clip ?? (await encodeScene(namedScene('street', { fps: 15 }), { size: { width: 1920, height: 1080 } }));
const facts = probe(clip);
const seconds = wantedSeconds ?? facts.seconds;
const camera = await serve(clip);
const input: BenchInput = { urls: Array.from({ length: cameraCount }, () => camera.url), ...facts };
const peers = values.peers ? [motion(input, folder), zoneminder()] : [];
const skipped = peers.filter((peer) => typeof peer === 'string');
const contestants = [...floors(input), ...modes.map((mode) => recorder(input, folder, mode)), ...peers.filter((peer) => typeof peer !== 'string')];

say(
  `${cameraCount} × ${facts.codec} ${facts.width}x${facts.height} at ${facts.fps} fps, ${seconds.toFixed(0)} s each, ${cpus()[0]?.model ?? 'unknown CPU'} × ${availableParallelism()}`,
);
const results: { readonly contestant: Contestant; readonly cost: Cost; readonly recordedMiB: number }[] = [];
for (const contestant of contestants) {
  const cost = await measure(contestant.programs, seconds);
  results.push({ contestant, cost, recordedMiB: contestant.output === undefined ? 0 : videoMiB(contestant.output) });
  if (contestant.output !== undefined && videoMiB(contestant.output) === 0)
    say(`${contestant.name} recorded nothing; it said: ${cost.said.trim().slice(-1000)}`);
}
camera.stop();

const copy = results[0]?.cost.cpuSeconds ?? 0;
const decode = results[1]?.cost.cpuSeconds ?? 0;
const rows = results.map(({ contestant, cost, recordedMiB }) => ({
  name: contestant.name,
  cpuSeconds: round(cost.cpuSeconds),
  timesCopy: round(cost.cpuSeconds / Math.max(copy, 0.01)),
  timesDecode: round(cost.cpuSeconds / Math.max(decode, 0.01)),
  peakPssMiB: round(cost.peakPssMiB),
  recordedMiB: round(recordedMiB),
}));
say(['', 'CPU s', '× copy', '× decode', 'PSS MiB', 'video MiB'].map((head, index) => (index === 0 ? head.padEnd(22) : head.padStart(10))).join(''));
for (const row of rows)
  say(
    Object.values(row)
      .map((cell, index) => (index === 0 ? String(cell).padEnd(22) : Number(cell).toFixed(2).padStart(10)))
      .join(''),
  );
for (const line of skipped) say(line);
mkdirSync('bench-results', { recursive: true });
const file = join('bench-results', `${new Date().toISOString().replaceAll(':', '-')}.json`);
writeFileSync(file, `${JSON.stringify({ cameras: cameraCount, seconds, clip: facts, node: process.version, rows, skipped }, null, 2)}\n`);
say(`written to ${file}`);

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What the clip is, as ffprobe sees it. */
function probe(path: string): { readonly width: number; readonly height: number; readonly fps: number; readonly seconds: number; readonly codec: string } {
  const show = 'stream=codec_name,width,height,avg_frame_rate:format=duration';
  const { stdout, stderr } = spawnSync('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-show_entries', show, '-of', 'json', path], { encoding: 'utf8' });
  const found: { streams?: { codec_name: string; width: number; height: number; avg_frame_rate: string }[]; format?: { duration: string } } = JSON.parse(
    stdout || '{}',
  );
  const stream = found.streams?.[0];
  if (stream === undefined) throw new Error(`${path} holds no video: ${stderr}`);
  const [frames = 0, per = 1] = stream.avg_frame_rate.split('/').map(Number);
  return { width: stream.width, height: stream.height, fps: round(frames / per), seconds: Number(found.format?.duration), codec: stream.codec_name };
}

/** Serves the clip from a process of its own, on any free port. */
async function serve(path: string): Promise<{ readonly url: string; stop(): void }> {
  const program = join(import.meta.dirname, '../packages/testkit/src/bin/rtsp-camera.ts');
  const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', program, '0', `main=${path}`, '--loop'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill());
  const lines = createInterface({ input: child.stdout });
  const [url] = (await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [''])])) as [string];
  if (url === '') throw new Error('the camera of the benchmark did not start');
  return { url, stop: () => void child.kill() };
}

/** Size of all video files below a folder. */
function videoMiB(path: string): number {
  if (!existsSync(path)) return 0;
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(mp4|mkv|avi)$/.test(name));
  return names.reduce((sum, name) => sum + statSync(join(path, name)).size, 0) / 1024 / 1024;
}
