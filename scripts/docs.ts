// Writes every generated page; with --check it only names those that are out of date and fails.
// `node --conditions=source scripts/docs.ts [--check]`; without the condition it starts itself again with it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelCode } from './kernels.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every generated file of the repository: path from its root, and what must be in it. */
export async function allGeneratedFiles(): Promise<Readonly<Record<string, string>>> {
  const { generatedFiles } = await import('./docs-reference.ts');
  const bridge: object = await import('../packages/mqtt-bridge/src/index.ts');
  const files: Record<string, string> = { ...(await generatedFiles()), 'packages/core/src/motion/kernels/kernel-code.ts': await kernelCode() };
  if ('topicsMarkdown' in bridge && typeof bridge.topicsMarkdown === 'function') files['docs/reference/mqtt-topics.md'] = String(bridge.topicsMarkdown());
  if ('bridgeMarkdown' in bridge && typeof bridge.bridgeMarkdown === 'function') files['docs/reference/mqtt-bridge.md'] = String(bridge.bridgeMarkdown());
  return files;
}

/** Those whose text on disk is missing or different. */
export async function outOfDate(): Promise<readonly string[]> {
  return Object.entries(await allGeneratedFiles())
    .filter(([path, text]) => contentOf(path) !== text)
    .map(([path]) => path);
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const stale = await outOfDate();
  if (process.argv.includes('--check')) {
    for (const path of stale) console.log(`out of date: ${path} (npm run docs writes it)`);
    return stale.length === 0 ? 0 : 1;
  }
  const files = await allGeneratedFiles();
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files[path] ?? '');
    console.log(`written: ${path}`);
  }
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.execArgv.includes('--conditions=source')) process.exitCode = await main();
  else process.exitCode = spawnSync(process.execPath, ['--conditions=source', ...process.argv.slice(1)], { stdio: 'inherit' }).status ?? 1;
}
