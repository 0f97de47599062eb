// What people install: the launcher and the bundle it runs (made by `npm run build`).
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Change } from '@nightjar/client';
import { describeWith, waitUntil } from '@nightjar/testkit';
import { localConfigWorld } from '../../src/adapters/fs/local-config-world.ts';
import { loadConfigFile } from '../../src/config/load-config.ts';
import { temporaryFolder } from '../test-clip.ts';

const NIGHTJAR = fileURLToPath(new URL('../../bin/nightjar', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../../dist/bundle', import.meta.url));
const DEMO_TAKES_MS = 60_000;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const nightjar = (...words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(NIGHTJAR, words, (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
  });

// Every kind of mistake the schema can find, some twice and some in one place.
const MISTAKES = `
server: { id: "No Spaces", name: "" }
http: { port: 70000, prot: 1 }
log: { level: loud }
retention: { days: many, maxSize: lots }
storage: { areas: [] }
cameras:
  - { id: porch, source: 5, function: modect, zones: [ { id: a, points: [ [0, 0], [1, 1] ] } ] }
  - { source: "synthetic:busy", detect: { mode: sometimes, fps: 0.001 } }
`;

describe('the bundled command line', () => {
  const folder = temporaryFolder();

  it('finds the same mistakes in a configuration as the source does', async () => {
    const file = join(folder(), 'nightjar.yaml');
    await writeFile(file, MISTAKES);
    const loaded = loadConfigFile({ file, world: localConfigWorld({}) });
    const { code, stdout } = await nightjar('check-config', file, '--json');
    const { problems } = JSON.parse(stdout) as { readonly problems: readonly unknown[] };
    expect(problems).toEqual('problems' in loaded ? loaded.problems : []);
    expect([code, problems.length > 10]).toEqual([2, true]);
  });

  it('has the licence of what it contains', () => {
    const licences = readFileSync(join(BUNDLE, 'THIRD-PARTY.txt'), 'utf8');
    for (const name of ['ajv', 'aedes', 'commander', 'kysely', 'mqtt', 'pino', 'typebox', 'yaml']) expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(licences).toContain('Permission is hereby granted');
  });

  it('loads little to start a recorder: no compiler of schemas, no library of HTTP, not all of TypeBox', () => {
    const modules = loadedFor('packages/core/src/cli/commands/start.ts');
    const countOf = (part: string): number => modules.filter((path) => path.includes(part)).length;
    expect(countOf('packages/core/src/')).toBeGreaterThan(100);
    expect(countOf('node_modules/ajv/')).toBeLessThan(5);
    expect(countOf('node_modules/typebox/')).toBeLessThan(60);
    for (const late of ['fastify', 'jose', 'prom-client', 'ws']) expect([late, countOf(`node_modules/${late}/`)]).toEqual([late, 0]);
  });
});

/** The modules in every file of the bundle that is loaded with this one, without what is imported when it is needed. */
function loadedFor(module: string): readonly string[] {
  const names = readdirSync(BUNDLE).filter((file) => file.endsWith('.js'));
  const files = new Map(names.map((file) => [file, readFileSync(join(BUNDLE, file), 'utf8')]));
  const modulesOf = (text: string): readonly string[] => [...text.matchAll(/^\/\/ (\S+\.[cm]?[jt]s)$/gm)].map(([, path = '']) => path);
  const loaded = new Set(['main.js', ...names.filter((file) => modulesOf(files.get(file) ?? '').includes(module))]);
  // A set that grows is walked to its end.
  for (const file of loaded) for (const [, name = ''] of (files.get(file) ?? '').matchAll(/^(?:import|export|\}) [^"]*"\.\/([^"]+)";$/gm)) loaded.add(name);
  for (const file of loaded) for (const [, name = ''] of (files.get(file) ?? '').matchAll(/^import "\.\/([^"]+)";$/gm)) loaded.add(name);
  return [...loaded].flatMap((file) => modulesOf(files.get(file) ?? ''));
}

describeWith('ffmpeg', 'the bundled recorder', () => {
  const folder = temporaryFolder();

  it('has the whole HTTP API in it', async () => {
    const file = join(folder(), 'nightjar.yaml');
    const area = `{ id: default, path: "${join(folder(), 'events')}", minFree: 1% }`;
    await writeFile(
      file,
      `http: { port: 0 }\ndatabase: { url: "sqlite:${join(folder(), 'n.db')}" }\nstorage: { areas: [ ${area} ] }\ntriggers: { socket: null }\n`,
    );
    const recorder = spawn(NIGHTJAR, ['start', '--config', file], { stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    recorder.stdout.on('data', (text) => (said += String(text)));
    await waitUntil(() => said.includes('listening on ') || recorder.exitCode !== null);
    const url = /listening on (\S+)/.exec(said)?.[1] ?? '';
    const statuses: number[] = [];
    for (const path of ['health', 'cameras', 'openapi.json', 'nowhere']) statuses.push((await fetch(`${url}/api/v1/${path}`)).status);
    expect(statuses).toEqual([200, 401, 200, 404]);
    recorder.kill();
    expect(await once(recorder, 'exit')).toEqual([0, null]);
  });

  it(
    'records an event of the demo camera, with its thread, its broker and its database',
    async () => {
      const { code, stdout, stderr } = await nightjar('demo', '--events', '1', '--json');
      const changes = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Change);
      const [ready] = changes.flatMap((change) => (change.type === 'event.ready' ? [change.data] : []));
      expect([stderr, code]).toEqual([expect.stringMatching(/^created the account admin with the password \S{23}\n[^\n]+\n$/), 0]);
      expect(ready).toMatchObject({ cameraId: 'demo' });
      expect(changes.some((change) => change.type === 'motion.changed' && change.data.motion)).toBe(true);
    },
    DEMO_TAKES_MS,
  );
});
