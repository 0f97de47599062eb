// `nightjar init`: a commented configuration to begin with.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { localConfigWorld } from '../../adapters/fs/local-config-world.ts';
import { type ExampleCamera, exampleConfig } from '../../config/example-config.ts';
import { explainProblem } from '../../config/explain-problem.ts';
import { loadConfig } from '../../config/load-config.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import { isId } from '../../model/ids.ts';
import type { Command, CommandIo, ProbeSource } from '../command.ts';

/** What `init` needs from elsewhere. */
export interface InitParts {
  /** Looks at a camera before it is written; absent: it is written unseen, and that is said. */
  readonly loadProbe?: () => Promise<ProbeSource>;
}

/** `nightjar init` with its parts. */
export function createInitCommand({ loadProbe }: InitParts): Command {
  return {
    name: 'init',
    summary: 'write a commented configuration',
    arguments: [{ name: 'FILE', description: 'where to write it (default: nightjar.yaml)' }],
    options: [
      { flags: '--camera <url>', description: 'add this camera after looking at its stream; write passwords as ${NAME}' },
      { flags: '--camera-id <id>', description: 'id of that camera (default: from the URL)' },
      { flags: '--force', description: 'overwrite the file' },
    ],
    examples: [
      { line: 'nightjar init', does: 'Writes nightjar.yaml with every setting at its default.' },
      {
        line: "nightjar init --camera 'rtsp://user:${PORCH_PASSWORD}@192.0.2.10/main' --camera-id porch",
        does: 'The same with a camera; the password stays in the environment.',
      },
    ],
    run: async ({ positionals, options, json }, io) => {
      const file = positionals[0] ?? 'nightjar.yaml';
      const path = resolve(io.cwd, file);
      const force = options['force'] === true;
      if (!force && existsSync(path)) throw new RecorderError('USAGE', `${file} exists already; --force overwrites it`);
      const url = options['camera'];
      const camera = typeof url === 'string' ? await describeCamera(url, options['cameraId'], path, io, loadProbe) : undefined;
      writeWhole(path, file, exampleConfig(camera), force);
      if (json) io.stdout.write(`${JSON.stringify({ file: path, camera: camera?.id ?? null })}\n`);
      else if (camera === undefined)
        io.stdout.write(`${file} written, without cameras; next: replace \`cameras: []\` in it by yours, then nightjar check-config ${file}\n`);
      else io.stdout.write(`${file} written; next: nightjar start --config ${file}\n`);
      return 0;
    },
  };
}

/** `nightjar init`. */
export const initCommand: Command = createInitCommand({ loadProbe: async () => (await import('../probe-camera.ts')).probeCamera });

async function describeCamera(source: string, given: unknown, path: string, io: CommandIo, loadProbe: InitParts['loadProbe']): Promise<ExampleCamera> {
  if (typeof given === 'string' && !isId(given)) throw new RecorderError('USAGE', '--camera-id takes lower-case letters, digits, "_" and "-", at most 48');
  const camera = { id: typeof given === 'string' ? given : idFrom(source), source };
  const loaded = loadConfig(exampleConfig(camera), { file: path, world: localConfigWorld(io.env) });
  if ('problems' in loaded) {
    const problem = loaded.problems.find(({ path: at }) => at.endsWith('source')) ?? loaded.problems[0];
    throw new RecorderError('USAGE', `--camera: ${problem === undefined ? 'not usable' : explainProblem(problem).replace(/^.*?: (?:cameras\S+ )?/, '')}`);
  }
  const url = loaded.config.cameras[0]?.source.url.reveal() ?? source;
  if (loadProbe === undefined) {
    io.stderr.write('the camera was not looked at\n');
    return camera;
  }
  const probe = await loadProbe();
  const { facts, detectSource } = await probe(url, io.signal);
  io.stderr.write(`${facts}\n`);
  return { ...camera, ...(detectSource === undefined ? {} : { detectSource }) };
}

/** `rtsp://192.0.2.10/main` → `camera-192-0-2-10`, `file:clips/a.mp4` → `a`. */
function idFrom(source: string): string {
  const plain = source.replace(/\$\{[^}]*\}/g, 'x');
  const host = URL.canParse(plain) ? new URL(plain).hostname : '';
  const last =
    plain
      .replace(/^[a-z0-9]+:/i, '')
      .replace(/\.[a-z0-9]+$/i, '')
      .split('/')
      .at(-1) ?? '';
  const word = (host === '' ? last : /^[0-9[]/.test(host) ? `camera-${host}` : (host.split('.')[0] ?? '')).toLowerCase();
  const id = word
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48);
  return isId(id) ? id : 'camera';
}

// The file may hold passwords: nobody else may read it.
const PRIVATE = 0o600;

function writeWhole(path: string, shown: string, text: string, force: boolean): void {
  const part = `${path}.part`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    if (!force) return writeFileSync(path, text, { flag: 'wx', mode: PRIVATE });
    writeFileSync(part, text, { mode: PRIVATE });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    throw new RecorderError('USAGE', `${shown} could not be written (${code})`, { cause: error });
  }
}
