// A fresh machine is made ready once, and the second time costs nothing.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  describe('without ffmpeg', () => {
    let folder: string;

    /** A PATH with what the script itself needs, without ffmpeg and apt-get. */
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'nightjar-path-'));
      for (const program of ['cmp', 'dirname', 'id', 'sh']) symlinkSync(find(program), join(folder, program));
    });

    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const stub = (program: string, script: string): void => {
      const file = join(folder, program);
      rmSync(file, { force: true });
      writeFileSync(file, `#!/bin/sh\n${script}\n`);
      chmodSync(file, 0o755);
    };

    it('names what to install where it may not install it', () => {
      const result = setup([], folder);
      expect(result.status).toBe(1);
      expect(result.stderr).toBe(
        "setup: ffmpeg is missing (Nightjar reads cameras with it); install the package 'ffmpeg', for instance: apt-get install ffmpeg\n",
      );
    });

    it('installs it through apt as root, without questions', () => {
      stub('id', 'echo 0');
      stub('apt-get', `echo "$DEBIAN_FRONTEND $*" >> ${join(folder, 'log')}`);
      const result = setup([], folder);
      expect([result.stdout, result.stderr, result.status]).toEqual(['setup: installing ffmpeg\n', '', 0]);
      expect(readFileSync(join(folder, 'log'), 'utf8')).toMatch(/ update -qq\nnoninteractive install -y .*ffmpeg\n$/);
    });

    it('says so when apt cannot', () => {
      stub('id', 'echo 0');
      stub('apt-get', 'exit 100');
      const result = setup([], folder);
      expect([result.stderr, result.status]).toEqual(['setup: ffmpeg could not be installed (Nightjar reads cameras with it)\n', 1]);
    });
  });
});

/** Where PATH has a program. */
function find(program: string): string {
  const result = spawnSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8', env: { PATH: ['/usr/bin', '/bin'].join(delimiter) } });
  return result.stdout.trim();
}
