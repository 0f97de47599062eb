// The packages agree with each other and with the lockfile.
import { join } from 'node:path';
import { exists, read, rootManifest, workspaces } from './repository.ts';

const MAX_SCRIPTS = 15;

describe('packages', () => {
  const all = workspaces();

  it('have one version, one licence and one range of Node', () => {
    const version = (JSON.parse(read('lerna.json')) as { version: string }).version;
    const engines = rootManifest().engines;
    expect(all.length).toBeGreaterThanOrEqual(5);
    // What is loaded by Homebridge or Node-RED runs with the versions that these take.
    const isGuest = (folder: string): boolean => /(homebridge-plugin|node-red-nodes)$/.test(folder);
    for (const { folder, manifest } of all) expect(manifest).toMatchObject({ version, license: 'MIT', ...(isGuest(folder) ? {} : { engines }) });
  });

  it('ask for exact versions, the same one everywhere, and for each other as they are', () => {
    const seen = new Map<string, string>();
    const version = rootManifest().version ?? all[0]?.manifest.version;
    const odd = [rootManifest(), ...all.map(({ manifest }) => manifest)].flatMap((manifest) =>
      Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(([name, range]) => {
        const first = seen.get(name) ?? range;
        seen.set(name, first);
        const isOurs = all.some((other) => other.manifest.name === name);
        return !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(range) || range !== first || (isOurs && range !== version);
      }),
    );
    expect(odd).toEqual([]);
  });

  it('export files that the build made (run `npm run build` first)', () => {
    const targets = all.flatMap(({ folder, manifest }) =>
      Object.values(manifest.exports ?? {}).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)).map((path) => join(folder, path))),
    );
    expect(targets.length).toBeGreaterThanOrEqual(15);
    expect(targets.filter((path) => !exists(path))).toEqual([]);
  });

  it('are all built by the one `tsc -b`', () => {
    const references = (JSON.parse(read('tsconfig.json')) as { references: { path: string }[] }).references.map(({ path }) => path);
    expect([...references].sort()).toEqual(all.map(({ folder }) => folder).filter((folder) => exists(`${folder}/tsconfig.json`)));
  });

  it('are locked without the address of any registry', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string; version?: string; link?: boolean }> };
    const addressed = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined && /:\/\//.test(entry.resolved));
    expect(addressed).toEqual([]);
    expect(read('.npmrc')).not.toMatch(/:\/\/|registry\s*=/);
  });
});

describe('the root package', () => {
  it(`has at most ${MAX_SCRIPTS} scripts`, () => {
    expect(Object.keys(rootManifest().scripts ?? {}).length).toBeLessThanOrEqual(MAX_SCRIPTS);
  });

  it('installs the Node that .node-version names', () => {
    expect(read('.node-version').trim()).toBe(rootManifest().devDependencies?.['node']);
  });

  it('has its licence, changelog and way of contributing', () => {
    for (const path of ['LICENSE', 'CHANGELOG.md', 'CONTRIBUTING.md', 'README.md', '.editorconfig', '.ci/run'])
      expect([path, exists(path)]).toEqual([path, true]);
  });
});
