// A fresh machine is made ready once, and the second time costs nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './repository.ts';

/** Room for a busy machine; alone it takes about 0.1 s. */
const SECOND_RUN_MS = 1000;

const setup = (args: readonly string[], path = process.env['PATH']) =>
  spawnSync('/bin/sh', ['scripts/setup.sh', ...args], { cwd: root, encoding: 'utf8', env: { ...process.env, PATH: path } });

describe('scripts/setup.sh', () => {
  it('says nothing and takes less than a second when there is nothing to do', () => {
    const startedAt = performance.now();
    const result = setup([]);
    expect([result.stdout, result.stderr, result.status]).toEqual(['', '', 0]);
    expect(performance.now() - startedAt).toBeLessThan(SECOND_RUN_MS);
  });

  it('refuses an argument it does not know in one line', () => {
    const result = setup(['--everything']);
    expect(result.status).toBe(2);
    expect(result.stderr).toBe("setup: unknown argument '--everything'; usage: scripts/setup.sh [--tests]\n");
  });

  it('names what to install where it may not install it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightjar-path-'));
    try {
      // A PATH with what the script itself needs and no ffmpeg and no apt-get.
      for (const program of ['cmp', 'dirname', 'id', 'sh']) symlinkSync(find(program), join(folder, program));
      const result = setup([], folder);
      expect(result.status).toBe(1);
      expect(result.stderr).toBe(
        "setup: ffmpeg is missing (Nightjar reads cameras with it); install the package 'ffmpeg', for instance: apt-get install ffmpeg\n",
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Where PATH has a program. */
function find(program: string): string {
  const result = spawnSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8', env: { PATH: ['/usr/bin', '/bin'].join(delimiter) } });
  return result.stdout.trim();
}
