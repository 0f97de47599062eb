import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RecorderError } from '../../errors/recorder-error.ts';
import { RunLock } from './run-lock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightjar-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return RecorderError.of(error)?.code;
  }
}

describe('the lock of a database', () => {
  it('is had by one, until it is let go of', () => {
    const file = join(folder, 'data/nightjar.db');
    const lock = RunLock.acquire(file);
    expect(RunLock.isHeld(file)).toBe(true);
    expect(codeOf(() => RunLock.acquire(file))).toBe('ALREADY_RUNNING');
    expect(RunLock.isHeld(join(folder, 'other.db'))).toBe(false);
    lock.release();
    lock.release();
    expect(RunLock.isHeld(file)).toBe(false);
    RunLock.acquire(file).release();
  });

  it('is free again when its holder is killed', async () => {
    const file = join(folder, 'nightjar.db');
    const module = fileURLToPath(new URL('run-lock.ts', import.meta.url));
    const script = `const { RunLock } = await import(${JSON.stringify(module)}); RunLock.acquire(${JSON.stringify(file)}); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(RunLock.isHeld(file)).toBe(true);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(RunLock.isHeld(file)).toBe(false);
  });
});
