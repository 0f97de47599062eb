import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localConfigWorld } from './local-config-world.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightjar-world-'));
  writeFileSync(join(folder, 'file'), 'text');
  mkdirSync(join(folder, 'directory'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const world = localConfigWorld({ NAME: 'value' });

describe('the machine around a configuration', () => {
  it('gives the environment it was made with', () => {
    expect([world.env('NAME'), world.env('OTHER')]).toEqual(['value', undefined]);
    expect(world.hostName).not.toBe('');
  });

  it('reads whole files up to a length', () => {
    expect(world.read(join(folder, 'file'), 4)).toEqual({ kind: 'text', bytes: new TextEncoder().encode('text') });
    expect(world.read(join(folder, 'file'), 3)).toEqual({ kind: 'too-large' });
  });

  it('says why it cannot read, and never waits', () => {
    expect(world.read(join(folder, 'none'), 10)).toEqual({ kind: 'missing' });
    expect(world.read(join(folder, 'file/below'), 10)).toEqual({ kind: 'missing' });
    expect(world.read(join(folder, 'directory'), 10)).toEqual({ kind: 'directory' });
    expect(world.read(join(folder, 'pipe'), 10)).toEqual({ kind: 'text', bytes: new Uint8Array() });
    expect(world.read('/dev/zero', 10)).toEqual({ kind: 'too-large' });
  });

  it.each([
    ['file', undefined],
    ['directory', 'is a directory'],
    ['none', 'does not exist'],
    ['file/below', 'does not exist'],
  ])('says whether %s is a file', (name, reason) => {
    expect(world.fileProblem(join(folder, name))).toBe(reason);
  });

  it.each([
    ['directory', undefined],
    ['directory/new/deep', undefined],
    ['file', 'is a file'],
    ['file/below/deep', 'is below a file'],
  ])('says whether %s is a directory or can become one, and makes nothing', (name, reason) => {
    expect(world.directoryProblem(join(folder, name))).toBe(reason);
    expect(world.fileProblem(join(folder, 'directory/new'))).toBe('does not exist');
  });
});
