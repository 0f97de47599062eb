// The checks that are not tests: each is a command that exits 0 or says what is wrong. Run alone by `npm run check`, and as parts of `npm test`.
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository, ending in `/`. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** One check. */
interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

const CHECKS: readonly Check[] = [
  { name: 'lint (biome)', command: ['biome', 'check', '--diagnostic-level=error', '.'] },
  { name: 'types and build (tsc)', command: ['tsc', '-b'] },
  { name: 'command line (esbuild)', command: ['node', '--conditions=source', 'scripts/bundle.ts'] },
  { name: 'types of tests (tsc)', command: ['tsc', '-p', 'tsconfig.test.json'] },
  { name: 'architecture (dependency-cruiser)', command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'packages'] },
  { name: 'dead code (knip)', command: ['knip'] },
  { name: 'generated docs', command: ['node', '--conditions=source', 'scripts/docs.ts', '--check'] },
];

/** The environment every part runs in: our own Node first, system tools within reach, no colours in a log. */
export function partEnvironment(): NodeJS.ProcessEnv {
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? '', '/usr/local/sbin', '/usr/sbin'].join(delimiter);
  const environment: NodeJS.ProcessEnv = { ...process.env, PATH: path, NODE_NO_WARNINGS: '1' };
  if (process.stdout.isTTY !== true) {
    delete environment['FORCE_COLOR'];
    environment['NO_COLOR'] = '1';
  }
  return environment;
}

/** Runs every check, even after one failed, and prints what those that fail say. */
export function runChecks(): { readonly passed: number; readonly failed: readonly string[] } {
  const failed: string[] = [];
  for (const { name, command } of CHECKS) {
    const [program, ...args] = command;
    const startedAt = performance.now();
    const result = spawnSync(program, args, { cwd: root, env: partEnvironment(), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (result.status === 0) {
      console.log(`ok      ${name}, ${seconds} s`);
      continue;
    }
    failed.push(name);
    console.log(`FAILED  ${name}, ${seconds} s`);
    console.log(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error === undefined ? '' : result.error.message}`.trimEnd());
  }
  return { passed: CHECKS.length - failed.length, failed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = runChecks().failed.length === 0 ? 0 : 1;
