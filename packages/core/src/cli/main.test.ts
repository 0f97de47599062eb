// The process as people start it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

function nightjar(...words: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', main, ...words], { cwd: tmpdir() });
    const written = { stdout: '', stderr: '' };
    child.stdout.on('data', (bytes) => (written.stdout += String(bytes)));
    child.stderr.on('data', (bytes) => (written.stderr += String(bytes)));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...written }));
  });
}

describe('the nightjar process', () => {
  it('tells the version of its package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(await nightjar('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('ends with 2 and one line where it is used wrongly or the configuration is missing', async () => {
    expect(await nightjar('--bogus')).toEqual({ code: 2, stdout: '', stderr: 'nightjar: unknown option --bogus\n' });
    expect(await nightjar('check-config', 'no-such-nightjar.yaml')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'no-such-nightjar.yaml:1:1: the file does not exist; `nightjar init` writes one\n',
    });
  });
});
