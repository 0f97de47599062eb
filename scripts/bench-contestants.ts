// Who takes part in the benchmark: the floor below everybody, the recorder, and Motion where it is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Mode } from './bench-arguments.ts';
import type { Program } from './bench-process.ts';

/** What everybody works on. */
export interface BenchInput {
  readonly urls: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** Somebody who is ready to run. */
export interface Contestant {
  readonly programs: readonly Program[];
  /** Where it writes video; absent: it writes none. */
  readonly output?: string;
  /** A process that works for it, under its own name. */
  readonly helper?: { readonly name: string; readonly pid: number };
  /** What went wrong by its own account, in sentences. */
  complaints?(said: string): readonly string[];
  /** Ends what was started for it. */
  stop?(): Promise<void>;
}

/** One line of the table to be. */
export interface Entrant {
  readonly name: string;
  readonly role: 'copy' | 'decode' | Mode | 'motion' | 'zoneminder';
  readonly cameras: number;
  /** Sets it up; or says why it can't take part. */
  prepare(): Promise<Contestant | string>;
}

/** ffmpeg as small as the work can be: receiving alone, and receiving with decoding every frame to analysis size. */
export function floors({ urls }: BenchInput): readonly Entrant[] {
  const ffmpeg = (url: string, work: readonly string[]): Program => ({
    command: 'ffmpeg',
    args: ['-v', 'error', '-nostdin', '-rtsp_transport', 'tcp', '-i', url, '-an', ...work, '-f', 'null', '-'],
  });
  const gray = ['-vf', 'scale=320:180:flags=area,format=gray'];
  return [
    { name: 'floor: copy', role: 'copy', cameras: urls.length, prepare: async () => ({ programs: urls.map((url) => ffmpeg(url, ['-c', 'copy'])) }) },
    { name: 'floor: decode', role: 'decode', cameras: urls.length, prepare: async () => ({ programs: urls.map((url) => ffmpeg(url, gray)) }) },
  ];
}

/** The built recorder with all cameras on motion detection. */
export function recorder(input: BenchInput, folder: string, mode: Mode): Entrant {
  const cameras = input.urls.length;
  return {
    name: `nightjar ${mode}`,
    role: mode,
    cameras,
    prepare: async () => {
      const home = join(folder, `nightjar-${mode}-${cameras}`);
      const output = join(home, 'events');
      const database = join(home, 'nightjar.db');
      mkdirSync(home);
      const config = {
        http: { port: 0 },
        storage: { areas: [{ id: 'default', path: output, minFree: '1%' }] },
        database: { url: `sqlite:${database}` },
        cameras: input.urls.map((source, index) => ({ id: `cam${index + 1}`, source, function: 'modect', audio: false, detect: { mode } })),
      };
      const path = join(home, 'nightjar.yaml');
      writeFileSync(path, JSON.stringify(config, null, 2));
      const command = join(import.meta.dirname, '../packages/core/bin/nightjar');
      const complaints = (said: string): readonly string[] => [...warnings(said), ...lostFrames(database)];
      return { programs: [{ command, args: ['start', '--config', path], cwd: home }], output, complaints };
    },
  };
}

/** What the recorder warned of in its log. */
function warnings(said: string): readonly string[] {
  return said.split('\n').flatMap((line) => {
    const found = /"level":"(?:warn|error)".*"message":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
    return found === undefined ? [] : [found];
  });
}

/** What the recorder's own ledger of gaps says. */
function lostFrames(path: string): readonly string[] {
  if (!existsSync(path)) return ['it made no database'];
  using database = new DatabaseSync(path, { readOnly: true });
  const lost = Number(database.prepare('select coalesce(sum(lost_frames), 0) as lost from gaps').get()?.['lost']);
  return lost > 0 ? [`its ledger of gaps counts ${lost} lost frames`] : [];
}

/** Motion with its default detection and passthrough recording. */
export function motion(input: BenchInput, folder: string): Entrant {
  const prepare = async (): Promise<Contestant | string> => {
    if (spawnSync('motion', ['-h'], { stdio: 'ignore' }).error !== undefined) return 'not installed';
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
    return { programs: [{ command: 'motion', args: ['-n', '-c', join(home, 'motion.conf')], cwd: home }], output };
  };
  return { name: 'motion', role: 'motion', cameras: input.urls.length, prepare };
}
