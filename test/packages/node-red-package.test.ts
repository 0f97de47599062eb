// What npm publishes for Node-RED: the rules of its library's scorecard, what is in the package, and every type at work in real Node-RED 5 and 4.1.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describeWith } from '@nightjar/testkit';
import { NodeRedHarness, node20 } from '@nightjar/testkit/node-red';
import { type DialogRegistration, dialogRegistrations } from './dialog-registration.ts';
import { lockedTree } from './locked-tree.ts';
import { packedPalette, removePackedPalette } from './packed-palette.ts';

interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly keywords?: readonly string[];
  readonly repository?: { readonly url: string; readonly directory: string };
  readonly bugs?: { readonly url: string };
  readonly engines?: { readonly node: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly 'node-red': { readonly version: string; readonly nodes: Readonly<Record<string, string>> };
}

/** A set of nodes as Node-RED tells it. */
interface NodeSet {
  readonly module: string;
  readonly types: readonly string[];
  readonly enabled: boolean;
  readonly err?: unknown;
}

const MAX_BYTES = 500_000;
const MAX_DEPENDENCIES = 6;
const TIMEOUT_MS = 60_000;
const run = promisify(execFile);

describeWith('npm', 'the Node-RED palette as npm packs it (after `npm run build`)', () => {
  let palette = '';
  let manifest: Manifest;
  let files: readonly string[];
  let registrations: readonly DialogRegistration[];

  const textOf = (path: string): string => readFileSync(join(palette, path), 'utf8');

  beforeAll(async () => {
    palette = await packedPalette();
    manifest = JSON.parse(textOf('package.json')) as Manifest;
    files = readdirSync(palette, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(palette, join(entry.parentPath, entry.name)));
    const pages = Object.values(manifest['node-red'].nodes).map((file) => file.replace(/\.js$/, '.html'));
    registrations = pages.flatMap((page) => dialogRegistrations(textOf(page)));
  }, TIMEOUT_MS);
  afterAll(() => removePackedPalette(palette));

  it('says what the library wants to know (P01, P03 to P07, D01)', () => {
    expect(manifest.license).toBe('MIT');
    expect(manifest.repository).toMatchObject({ url: expect.stringMatching(/^git\+https:\/\//), directory: 'packages/node-red-nodes' });
    expect(manifest.bugs?.url).toMatch(/^https:\/\//);
    expect(manifest.name).toMatch(/^@[\w-]+\/node-red-[\w-]+$/);
    expect(manifest.keywords).toContain('node-red');
    // Taken by 4.0 and everything later; Node-RED 5 itself asks for Node 22.9, so 20 is enough of a minimum.
    expect(manifest['node-red'].version).toBe('>=4.0.0');
    expect(manifest.engines?.node).toBe('>=20');
    expect(Object.keys(manifest.dependencies ?? {}).length).toBeLessThanOrEqual(MAX_DEPENDENCIES);
  });

  it('registers each type with a literal name and an object in place, named after the product (N01)', () => {
    expect(registrations.map(({ type }) => type).sort()).toEqual(Object.keys(manifest['node-red'].nodes).sort());
    for (const { type, category } of registrations) {
      expect(type).toMatch(/^nightjar-/);
      expect(['nightjar', 'config']).toContain(category);
    }
  });

  it(`holds what is needed in at most ${MAX_BYTES / 1000} kB, and neither tests nor sources`, () => {
    for (const path of ['README.md', 'LICENSE', 'package.json', 'resources/nightjar-editor.js', 'dist/nodes/palette.js']) expect(files).toContain(path);
    for (const file of Object.values(manifest['node-red'].nodes)) for (const path of [file, file.replace(/\.js$/, '.html')]) expect(files).toContain(path);
    expect(files.filter((path) => /\.test\.|\.ts$|\.map$|(^|\/)(src|test|types|editor)\/|tsbuildinfo/.test(path))).toEqual([]);
    const bytes = files.reduce((sum, path) => sum + statSync(join(palette, path)).size, 0);
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  it('installs nothing native, runs nothing when it is installed, and brings no package known to be bad (D02)', () => {
    expect(Object.keys(manifest.scripts ?? {}).filter((script) => /install|prepare/.test(script))).toEqual([]);
    const tree = [...lockedTree(Object.keys(manifest.dependencies ?? {}))];
    expect(tree.length).toBeGreaterThan(10);
    expect(tree.filter(([, { hasInstallScript, os, cpu }]) => hasInstallScript === true || os !== undefined || cpu !== undefined)).toEqual([]);
    expect(tree.filter(([path, { version = '' }]) => path.endsWith('/agent-base') && Number.parseInt(version, 10) < 6)).toEqual([]);
  });

  const oldNode = node20();
  (oldNode === undefined ? it.skip : it)(`loads in Node 20${oldNode === undefined ? ' (skipped: Node 20 is not installed)' : ''}`, async () => {
    const program = `for (const file of process.argv.slice(1)) console.log(typeof require(file));`;
    const paths = Object.values(manifest['node-red'].nodes).map((file) => join(palette, file));
    const { stdout, stderr } = await run(oldNode ?? '', ['-e', program, ...paths]);
    expect([stdout.trim().split('\n'), stderr]).toEqual([paths.map(() => 'function'), '']);
  });

  it.each([5, 4] as const)(
    'is taken by Node-RED %d with every type, without a word about it in the log',
    async (version) => {
      await using red = await NodeRedHarness.start({ version, palette });
      const sets = (await (await red.request('/nodes', { headers: { accept: 'application/json' } })).json()) as readonly NodeSet[];
      const ours = sets.filter(({ module }) => module === manifest.name);
      expect(ours.filter(({ enabled, err }) => !enabled || err !== undefined)).toEqual([]);
      expect(ours.flatMap(({ types }) => types).sort()).toEqual(Object.keys(manifest['node-red'].nodes).sort());
      expect(red.log.filter((line) => /nightjar|\[error\]/i.test(line.replaceAll(red.path, '')))).toEqual([]);
      expect(await red.stop()).toBe(0);
    },
    TIMEOUT_MS,
  );
});
