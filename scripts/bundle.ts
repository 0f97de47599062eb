// Bundles the command lines into `dist/bundle` of their packages: a few large files load in a fraction of the time and memory that a thousand
// small ones take. Third-party licences go with it. Runs after `tsc -b`, which checks the types, and does nothing where nothing changed.
// The Node-RED palette is bundled as well: CommonJS for Node 20, a file for each type of node beside what the editor loads for it.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { root } from './check.ts';

/** Where files are made, and how it is known that they need not be made again. */
interface Made {
  /** Where the files go. */
  readonly folder: string;
  /** Lists what the bundle was made of; written last. */
  readonly stamp: string;
  /** A file in it that is there once it was made. */
  readonly main: string;
}

/** A command and what it starts. */
interface Bundle extends Made {
  /** Each becomes a file of its own name, so that `new URL('./motion-worker.js', import.meta.url)` finds it from any of the others. */
  readonly entries: readonly string[];
}

const BUNDLES: readonly Bundle[] = [
  {
    folder: 'packages/core/dist/bundle',
    stamp: 'packages/core/dist/.bundle-inputs.json',
    main: 'main.js',
    entries: ['packages/core/src/cli/main.ts', 'packages/core/src/adapters/worker/motion-worker.ts', 'packages/mqtt-bridge/src/broker-process.ts'],
  },
  {
    folder: 'packages/mqtt-bridge/dist/bundle',
    stamp: 'packages/mqtt-bridge/dist/.bundle-inputs.json',
    main: 'main.js',
    entries: ['packages/mqtt-bridge/src/cli/main.ts'],
  },
];

/** What else decides the result; the lockfile stands for every package. */
const MAKERS = ['scripts/bundle.ts', 'package-lock.json', 'packages/core/src/config/config-validator-text.ts'];

/** Native code cannot be bundled. */
const NATIVE = ['better-sqlite3', 'sharp'];

/** Packages in CommonJS call `require` for modules of Node. */
const REQUIRE = "import { createRequire as createBundleRequire } from 'node:module';\nconst require = createBundleRequire(import.meta.url);";

/** Whether a bundle is there and nothing it was made of is newer. */
function isFresh({ folder, stamp, main }: Made): boolean {
  try {
    const made = statSync(join(root, stamp)).mtimeMs;
    const inputs = JSON.parse(readFileSync(join(root, stamp), 'utf8')) as readonly string[];
    statSync(join(root, folder, main));
    return inputs.every((file) => statSync(join(root, file)).mtimeMs < made);
  } catch {
    return false;
  }
}

async function build({ folder, entries }: Bundle): Promise<Metafile> {
  const esbuild = await import('esbuild');
  const { configValidatorText } = await import('../packages/core/src/config/config-validator-text.ts');
  const compiledValidator: Plugin = {
    name: 'compiled-validator',
    setup: ({ onLoad }) => onLoad({ filter: /\/config\/config-validator\.ts$/ }, () => ({ contents: configValidatorText(), loader: 'js' })),
  };
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [...entries],
    outdir: folder,
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: ['source'],
    external: NATIVE,
    banner: { js: REQUIRE },
    plugins: [compiledValidator],
    // Names stay as they are, so that stack traces can be read; `node --enable-source-maps` also finds files and lines.
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** Folders of the packages whose code is in the bundle. */
function bundledPackages({ outputs }: Metafile): readonly string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0));
  const folders = inputs.map(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Name, version and licence of a package, with the licence's text where the package has it. */
function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Readonly<Record<string, string>>;
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : `\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
  return `${name} ${version} (${license})\n${text}`;
}

function removeAllBut(folder: string, kept: readonly string[]): void {
  for (const file of readdirSync(join(root, folder))) if (!kept.includes(`${folder}/${file}`)) rmSync(join(root, folder, file));
}

for (const bundle of BUNDLES.filter((each) => !isFresh(each))) {
  const { folder, stamp } = bundle;
  const licences = `${folder}/THIRD-PARTY.txt`;
  const metafile = await build(bundle);
  writeFileSync(
    join(root, licences),
    bundledPackages(metafile)
      .map(licenceOf)
      .join(`\n${'-'.repeat(80)}\n\n`),
  );
  removeAllBut(folder, [...Object.keys(metafile.outputs), licences]);
  writeFileSync(join(root, stamp), JSON.stringify([...MAKERS, ...Object.keys(metafile.inputs)]));
}

const PALETTE_PACKAGE = 'packages/node-red-nodes';
const PALETTE: Made = { folder: `${PALETTE_PACKAGE}/dist/nodes`, stamp: `${PALETTE_PACKAGE}/dist/.bundle-inputs.json`, main: 'palette.js' };

/** Makes `dist/nodes` of the palette: the code once, in `palette.js`, and for each type a file that names it, with its dialog, texts and icons. */
async function buildPalette({ folder, stamp, main }: Made): Promise<void> {
  const esbuild = await import('esbuild');
  const nodes = join(root, folder);
  rmSync(nodes, { recursive: true, force: true });
  mkdirSync(nodes, { recursive: true });
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [`${PALETTE_PACKAGE}/src/palette.ts`],
    outfile: `${folder}/${main}`,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  // The package itself is ESM, as everything here is; Node-RED 4 loads nodes with require.
  writeFileSync(join(nodes, 'package.json'), '{ "type": "commonjs" }\n');
  const manifest = `${PALETTE_PACKAGE}/package.json`;
  const { 'node-red': nodeRed } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as { 'node-red': { nodes: Record<string, string> } };
  for (const type of Object.keys(nodeRed.nodes))
    writeFileSync(join(nodes, `${type}.js`), `'use strict';\nmodule.exports = require('./${main}').PALETTE['${type}'];\n`);
  const editor = `${PALETTE_PACKAGE}/editor`;
  cpSync(join(root, editor), nodes, { recursive: true });
  // Folders as well, which change when a file comes or goes.
  const copied = readdirSync(join(root, editor), { recursive: true, encoding: 'utf8' }).map((path) => `${editor}/${path}`);
  writeFileSync(join(root, stamp), JSON.stringify([...MAKERS, manifest, editor, ...copied, ...Object.keys(metafile.inputs)]));
}

if (!isFresh(PALETTE)) await buildPalette(PALETTE);
