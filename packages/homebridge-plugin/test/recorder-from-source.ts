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

const main = fileURLToPath(new URL('../../core/src/cli/main.ts', import.meta.url));

/** Writes what stands for `bin/nightjar`. @param script - Of sh; absent: the real recorder. @returns Its path. */
export function writeLauncher(folder: string, script = `exec '${process.execPath}' --conditions=source --no-warnings '${main}' "$@"`): string {
  const path = join(folder, 'launcher');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
