// Our own recorder in tests: the real one, run from its source.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder of its own for each test, gone after it. */
export function freshFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-homebridge-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return () => folder;
}

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
/** Sources are compiled once, not at each start. */
const compiled = pathOf('../../../node_modules/.cache/nightjar-recorder-from-source');
const running = (main: string): string => `NODE_COMPILE_CACHE='${compiled}' exec '${process.execPath}' --conditions=source --no-warnings '${main}' "$@"`;

/** The real recorder. */
export const REAL = running(pathOf('../../core/src/cli/main.ts'));
/** What stands for it where only its process matters. */
export const STAND_IN = running(pathOf('./stand-in-recorder.ts'));

/** Writes what stands for `bin/nightjar`. @param script - Of sh. @returns Its path. */
export function writeLauncher(folder: string, script: string = REAL): string {
  const path = join(folder, 'launcher');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
