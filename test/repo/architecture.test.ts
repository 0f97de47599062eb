// The directions of dependency hold, and the tool that says so really looked.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, sourceFiles } from './repository.ts';

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: { readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string; readonly to: string }[] };
}

function cruise(folder: string): Cruise {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const result = spawnSync(process.execPath, [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'packages'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.stdout === '') throw new Error(`dependency-cruiser said nothing: ${result.stderr}`);
  return JSON.parse(result.stdout) as Cruise;
}

/** The tool reads every module; on a busy Raspberry Pi that takes a while. */
const CRUISE_TIMEOUT_MS = 120_000;

describe('the architecture', () => {
  it(
    'is kept by every module, and every module was looked at',
    () => {
      const { modules, summary } = cruise(root);
      const seen = new Set(modules.map((module) => module.source));
      expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
      expect(sourceFiles().filter((path) => !path.endsWith('.d.ts') && !seen.has(path))).toEqual([]);
      expect(seen.size).toBeGreaterThan(100);
    },
    CRUISE_TIMEOUT_MS,
  );
});

/** One breach of each rule: file → its text. What the tool does not find here it would not find in the real tree either. */
const PLANTED: Readonly<Record<string, string>> = {
  'core/src/util/list.ts': "export { event } from '../model/event.ts';\n",
  'core/src/model/event.ts': "export { port } from '../ports/port.ts';\nexport const event = 1;\n",
  'core/src/errors/codes.ts': "import type { port } from '../ports/port.ts';\nexport type Code = typeof port;\n",
  'core/src/ports/port.ts': "export { analyse } from '../motion/analyse.ts';\nexport const port = 1;\n",
  'core/src/motion/analyse.ts': "export { cut } from '../recording/cutter.ts';\nexport const analyse = 1;\n",
  'core/src/recording/cutter.ts': "import { readFileSync } from 'node:fs';\nexport const cut = readFileSync;\n",
  'core/src/motion/zone-policy.ts': "import { store } from '../ports/store.ts';\nexport const zone = store;\n",
  'core/src/ports/store.ts': 'export const store = 1;\n',
  'core/src/motion/gate-policy.ts': "export { run } from './motion-runner.ts';\n",
  'core/src/motion/motion-runner.ts': 'export const run = 1;\n',
  'core/src/events/tracker.ts': "export { database } from '../adapters/sqlite/database.ts';\n",
  'core/src/adapters/sqlite/database.ts': "import { analyse } from '../../motion/analyse.ts';\nexport const database = analyse;\n",
  'core/src/adapters/http/server.ts': "import { analyse } from '../../motion/analyse.ts';\nexport const server = analyse;\n",
  'core/src/adapters/worker/motion-worker.ts': "import { cut } from '../../recording/cutter.ts';\nexport const thread = cut;\n",
  'core/src/api/operation.ts': "export { database } from '../adapters/sqlite/database.ts';\n",
  'core/src/app/recorder-app.ts': "export { main } from '../cli/main.ts';\nexport { bridge } from '@nightjar/mqtt-bridge';\n",
  'core/src/cli/main.ts': "export const main = 1;\nexport { secret } from '../../../mqtt-bridge/src/secret.ts';\n",
  'core/src/storage/rows.ts': "export { default } from 'better-sqlite3';\n",
  'core/src/auth/ring-a.ts': "import { b } from './ring-b.ts';\nexport const a = () => b;\n",
  'core/src/auth/ring-b.ts': "import { a } from './ring-a.ts';\nexport const b = () => a;\nexport { gone } from './gone.ts';\n",
  'core/src/streams/fake.ts': "export { fake } from '@nightjar/testkit';\n",
  'mqtt-bridge/src/index.ts': "export { media } from '@nightjar/media';\nexport const bridge = 1;\n",
  'mqtt-bridge/src/secret.ts': 'export const secret = 1;\n',
  'client/src/index.ts': "export { bridge } from '@nightjar/mqtt-bridge';\n",
  'homebridge-plugin/src/index.ts': "export { bridge } from '@nightjar/mqtt-bridge';\n",
  'node-red-nodes/src/palette.ts': "export { bridge } from '@nightjar/mqtt-bridge';\n",
  'media/src/index.ts': "import { readFileSync } from 'node:fs';\nexport { client } from '@nightjar/client';\nexport const media = readFileSync;\n",
  'testkit/src/index.ts': 'export const fake = 1;\n',
};

describe('the architecture check', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-planted-'));
    for (const [path, text] of Object.entries(PLANTED)) {
      const file = join(folder, 'packages', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    mkdirSync(join(folder, 'node_modules/@nightjar'), { recursive: true });
    for (const name of ['media', 'client', 'core', 'mqtt-bridge', 'testkit']) {
      const manifest = { name: `@nightjar/${name}`, type: 'module', exports: { '.': { source: './src/index.ts' } } };
      writeFileSync(join(folder, 'packages', name, 'package.json'), JSON.stringify(manifest));
      symlinkSync(join(folder, 'packages', name), join(folder, 'node_modules/@nightjar', name));
    }
    symlinkSync(join(root, 'node_modules/better-sqlite3'), join(folder, 'node_modules/better-sqlite3'));
    symlinkSync(join(root, '.dependency-cruiser.cjs'), join(folder, '.dependency-cruiser.cjs'));
    symlinkSync(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.json'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'finds a planted breach of every rule',
    async () => {
      const { default: config } = (await import(join(root, '.dependency-cruiser.cjs'))) as {
        default: { forbidden: readonly { name: string; comment: string }[] };
      };
      const found = new Set(cruise(folder).summary.violations.map(({ rule }) => rule.name));
      expect(config.forbidden.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
      expect(config.forbidden.filter(({ comment }) => comment.length < 30)).toEqual([]);
    },
    CRUISE_TIMEOUT_MS,
  );
});
