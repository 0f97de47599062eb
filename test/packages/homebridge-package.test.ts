// What npm publishes for Homebridge works by itself: the packages as they are packed, with the dependencies they name and no others.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith } from '@nightjar/testkit';
import { root } from '../repo/repository.ts';
import { linkAt, unpackAt } from './unpacked-package.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly keywords?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly homepage?: string;
  readonly bugs?: { readonly url: string };
}

const FOLDERS = ['media', 'client', 'mqtt-bridge', 'core', 'homebridge-plugin'];
const TIMEOUT_MS = 60_000;
const run = promisify(execFile);
const manifestIn = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** Starts the recorder that is installed beside the plugin, and asks it for a picture of a camera that does not answer. */
const PROGRAM = `
import register from 'homebridge-nightjar';
import { RecorderClient } from '@nightjar/client';
const { EmbeddedRecorder } = await import('./node_modules/homebridge-nightjar/dist/recorder/embedded-recorder.js');
const { readPluginConfig } = await import('./node_modules/homebridge-nightjar/dist/config/read-plugin-config.js');
const storagePath = process.cwd() + '/storage';
const { config } = readPluginConfig({ cameras: [{ id: 'porch', source: 'rtsp://127.0.0.1:9/x' }] }, { storagePath, servesExternalsOnly: false });
const quiet = () => undefined;
const recorder = new EmbeddedRecorder({ config, storagePath, log: { debug: quiet, info: quiet, warn: quiet, error: (line) => console.error(line) } });
const { url, token } = await recorder.start();
const { jpeg } = await new RecorderClient({ url, credentials: { token } }).snapshot('porch');
await recorder.stop();
console.log(JSON.stringify({ register: typeof register, pictureBytes: jpeg.length }));
`;

describeWith('npm', 'the packages as npm packs them (after `npm run build`)', () => {
  let folder = '';
  const installed = (name: string): string => join(folder, 'node_modules', name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-packed-'));
    await Promise.all(
      FOLDERS.map(async (each) => {
        const source = join(root, 'packages', each);
        await unpackAt(installed(manifestIn(source).name), source, join(folder, 'packed', each));
      }),
    );
    // Only what a package names is there for it; the rest of this repository is out of reach.
    for (const each of FOLDERS)
      for (const name of Object.keys(manifestIn(installed(manifestIn(join(root, 'packages', each)).name)).dependencies ?? {})) {
        if (existsSync(installed(name))) continue;
        linkAt(installed(name), join(root, 'packages', each), name);
      }
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(join(folder, 'program.mjs'), PROGRAM);
  }, TIMEOUT_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('hold what is needed, and neither tests nor sources', async () => {
    const { stdout } = await run('find', [installed('homebridge-nightjar'), installed('@nightjar'), '-type', 'f']);
    const files = stdout
      .trim()
      .split('\n')
      .map((path) => path.slice(join(folder, 'node_modules').length + 1));
    for (const path of ['config.schema.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'pictures/recorder-away-640.jpg'])
      expect(files).toContain(`homebridge-nightjar/${path}`);
    for (const path of ['bin/nightjar', 'dist/bundle/main.js', 'dist/bundle/motion-worker.js', 'dist/bundle/THIRD-PARTY.txt'])
      expect(files).toContain(`@nightjar/core/${path}`);
    expect(files.filter((path) => /\.test\.|\/src\/|\/test\/|tsbuildinfo|\.bundle-inputs/.test(path))).toEqual([]);
  });

  it('keep the rules of verified plugins', () => {
    const plugin = manifestIn(installed('homebridge-nightjar'));
    expect(plugin.name).toMatch(/^homebridge-[\w-]+$/);
    expect(plugin.keywords).toContain('homebridge-plugin');
    expect(plugin.keywords?.length).toBeGreaterThan(1);
    expect(plugin.homepage).toMatch(/^https:\/\//);
    expect(plugin.bugs?.url).toMatch(/^https:\/\/github\.com\/[\w-]+\/[\w-]+\/issues$/);
    expect(Object.keys(plugin.engines ?? {}).sort()).toEqual(['homebridge', 'node']);
    for (const each of FOLDERS) {
      const { name, scripts = {} } = manifestIn(installed(manifestIn(join(root, 'packages', each)).name));
      expect([name, Object.keys(scripts).filter((script) => /install/.test(script))]).toEqual([name, []]);
    }
  });

  it('bring neither Homebridge nor HAP-NodeJS, however deep one looks', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>>; readonly optionalDependencies?: object }>>;
    };
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const [path, entry] of Object.entries(lock.packages))
        if (path.endsWith(`node_modules/${name}`)) for (const below of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) visit(below);
    };
    for (const each of FOLDERS) for (const name of Object.keys(manifestIn(join(root, 'packages', each)).dependencies ?? {})) visit(name);
    expect(seen.size).toBeGreaterThan(60);
    expect([...seen].filter((name) => /^(@homebridge\/)?(homebridge|hap-nodejs)$/.test(name))).toEqual([]);
  });

  it(
    'run where nothing else is: the plugin is loaded, its recorder starts and draws a picture',
    async () => {
      const { stdout, stderr } = await run(process.execPath, ['program.mjs'], { cwd: folder });
      expect(stderr).toBe('');
      const { register, pictureBytes } = JSON.parse(stdout) as { readonly register: string; readonly pictureBytes: number };
      expect(register).toBe('function');
      expect(pictureBytes).toBeGreaterThan(5000);
    },
    TIMEOUT_MS,
  );
});
