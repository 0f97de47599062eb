// Who takes part in the benchmark: the recorder, the floor below it, and other recorders where they are installed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './bench-process.ts';

/** What everybody works on. */
export interface BenchInput {
  readonly urls: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** One line of the table. */
export interface Contestant {
  readonly name: string;
  readonly programs: readonly Program[];
  /** Where it writes video; absent: it writes none. */
  readonly output?: string;
}

/** ffmpeg as small as the work can be: receiving alone, and receiving with decoding every frame to analysis size. */
export function floors({ urls }: BenchInput): readonly Contestant[] {
  const ffmpeg = (url: string, work: readonly string[]): Program => ({
    command: 'ffmpeg',
    args: ['-v', 'error', '-nostdin', '-rtsp_transport', 'tcp', '-i', url, '-an', ...work, '-f', 'null', '-'],
  });
  const gray = ['-vf', 'scale=320:180:flags=area,format=gray'];
  return [
    { name: 'floor: copy', programs: urls.map((url) => ffmpeg(url, ['-c', 'copy'])) },
    { name: 'floor: decode', programs: urls.map((url) => ffmpeg(url, gray)) },
  ];
}

/** The built recorder with all cameras on motion detection. */
export function recorder(input: BenchInput, folder: string, mode: 'continuous' | 'keyframes'): Contestant {
  const home = join(folder, `nightjar-${mode}`);
  const output = join(home, 'events');
  mkdirSync(home);
  const cameras = input.urls.map((source, index) => ({ id: `cam${index + 1}`, source, function: 'modect', audio: false, detect: { mode } }));
  const storage = { areas: [{ id: 'default', path: output, minFree: '1%' }] };
  writeFileSync(
    join(home, 'nightjar.yaml'),
    JSON.stringify({ http: { port: 0 }, storage, database: { url: `sqlite:${join(home, 'nightjar.db')}` }, cameras }, null, 2),
  );
  const command = join(import.meta.dirname, '../packages/core/bin/nightjar');
  return { name: `nightjar ${mode}`, programs: [{ command, args: ['start', '--config', join(home, 'nightjar.yaml')], cwd: home }], output };
}

/** Motion with its default detection and passthrough recording; a sentence where it can't take part. */
export function motion(input: BenchInput, folder: string): Contestant | string {
  if (spawnSync('motion', ['-h'], { stdio: 'ignore' }).error !== undefined) return 'motion: skipped, it is not installed';
  const home = join(folder, 'motion');
  const output = join(home, 'movies');
  mkdirSync(output, { recursive: true });
  const cameras = input.urls.map((url, index) => {
    const path = join(home, `camera${index + 1}.conf`);
    const lines = [`camera_id ${index + 1}`, `netcam_url ${url}`, `width ${input.width}`, `height ${input.height}`, `framerate ${Math.round(input.fps)}`];
    writeFileSync(path, `${lines.join('\n')}\n`);
    return `camera ${path}`;
  });
  const shared = [
    'daemon off',
    `target_dir ${output}`,
    'movie_output on',
    'movie_passthrough on',
    'picture_output off',
    'webcontrol_port 0',
    'stream_port 0',
    'log_level 4',
  ];
  writeFileSync(join(home, 'motion.conf'), `${[...shared, ...cameras].join('\n')}\n`);
  return { name: 'motion', programs: [{ command: 'motion', args: ['-n', '-c', join(home, 'motion.conf')], cwd: home }], output };
}

/** Why ZoneMinder is not in the table. */
export function zoneminder(): string {
  const missing = ['zmc', 'mariadbd'].filter((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined);
  if (missing.length > 0) return `zoneminder: skipped, ${missing.join(' and ')} not installed`;
  return 'zoneminder: skipped, it needs a database of its own, which this benchmark does not set up';
}
