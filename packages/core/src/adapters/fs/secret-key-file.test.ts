// The key is made once, is nobody else's, and is refused in one sentence where it is of no use.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecorderError } from '../../errors/recorder-error.ts';
import { openSecretKey } from './secret-key-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightjar-key-'));
  path = join(folder, 'data', 'nightjar.db.key');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the file of the secret key', () => {
  it('is made for its owner only, whatever the umask, and stays the same', async () => {
    const before = process.umask(0);
    const key = await openSecretKey(path).finally(() => process.umask(before));
    expect(key.reveal()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await openSecretKey(path)).reveal()).toBe(key.reveal());
    expect(readdirSync(join(folder, 'data'))).toEqual(['nightjar.db.key']);
  });

  it('is one key for all who make it at the same moment', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => openSecretKey(path)));
    expect(new Set(keys.map((key) => key.reveal())).size).toBe(1);
    expect(readdirSync(join(folder, 'data'))).toEqual(['nightjar.db.key']);
  });

  it('may be written by hand, and lie behind a link', async () => {
    const own = join(folder, 'own');
    writeFileSync(own, `  ${'k'.repeat(32)}\n`, { mode: 0o400 });
    symlinkSync(own, join(folder, 'link'));
    expect((await openSecretKey(join(folder, 'link'))).reveal()).toBe('k'.repeat(32));
  });

  it.each([
    ['others may read', 'k'.repeat(40), 0o644, /may be used by others \(mode 644\)/],
    ['the group may write', 'k'.repeat(40), 0o620, /may be used by others \(mode 620\)/],
    ['is too short', `${'k'.repeat(31)}\n`, 0o600, /is too short: 31 characters, at least 32 are needed/],
    ['is empty', '', 0o600, /is too short: 0 characters/],
  ])('is refused where it %s, and left as it is', async (_, text, mode, message) => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(path, text);
    chmodSync(path, mode);
    const error = await openSecretKey(path).catch((caught: unknown) => RecorderError.of(caught));
    expect(error).toMatchObject({ code: 'SECRET_KEY_REFUSED', message: expect.stringMatching(message) });
    expect(String(error)).toContain(path);
    expect(String(error)).not.toContain('kkk');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual([text, mode]);
  });

  it('is refused where it is a directory', async () => {
    mkdirSync(path, { recursive: true });
    await expect(openSecretKey(path)).rejects.toMatchObject({ code: 'SECRET_KEY_REFUSED', message: expect.stringContaining('is no file') });
  });

  it('says what is in the way where it cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(openSecretKey(join(folder, 'file', 'nightjar.db.key'))).rejects.toMatchObject({ code: 'SECRET_KEY_REFUSED' });
  });
});
