// Files that are there whole or not at all.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filePlaceOf, offeredName, PartFile } from './file-delivery.ts';

describe('files for flows', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = async (path: string, text: string): Promise<string> => {
    const part = await PartFile.begin(await filePlaceOf(path, folder));
    await part.write(Buffer.from(text));
    return part.keep('offered.mp4');
  };

  it('have no name with a zero character', async () => {
    await expect(put('own\0.mp4', 'one')).rejects.toThrow('the file name has a zero character; choose another one');
  });

  it('make their folders, and take the place of what had their full name', async () => {
    expect(await put('a/b/own.mp4', 'one')).toBe(join(folder, 'a/b/own.mp4'));
    await put('a/b/own.mp4', 'two');
    expect([readFileSync(join(folder, 'a/b/own.mp4'), 'utf8'), readdirSync(join(folder, 'a/b'))]).toEqual(['two', ['own.mp4']]);
  });

  it('go where a link leads, which stays one, and never take the place of what is no file', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real/own.mp4', join(folder, 'link'));
    symlinkSync('link', join(folder, 'second'));
    for (const text of ['one', 'two']) expect(await put('second', text)).toBe(join(folder, 'real/own.mp4'));
    expect([readFileSync(join(folder, 'link'), 'utf8'), readlinkSync(join(folder, 'second'))]).toEqual(['two', 'link']);
    symlinkSync('round', join(folder, 'round'));
    await expect(put('round', 'one')).rejects.toThrow(/its links lead in a circle/);
    await expect(put('/dev/null', 'one')).rejects.toThrow('/dev/null cannot be written: it is no file; choose another name');
  });

  it('get the name that the recorder offers in a folder, numbered where there is one already', async () => {
    mkdirSync(join(folder, 'there'));
    expect(await put('new/', 'one')).toBe(join(folder, 'new/offered.mp4'));
    expect(await put('there', 'one')).toBe(join(folder, 'there/offered.mp4'));
    expect(await put('there', 'two')).toBe(join(folder, 'there/offered-2.mp4'));
    expect(readdirSync(join(folder, 'there')).sort()).toEqual(['offered-2.mp4', 'offered.mp4']);
  });

  it('are not to be seen before they are whole, and leave nothing when they are dropped', async () => {
    const part = await PartFile.begin({ folder, name: 'own.mp4' });
    await part.write(Buffer.from('half'));
    expect(existsSync(join(folder, 'own.mp4'))).toBe(false);
    await part.empty();
    await part.write(Buffer.from('x'));
    await part.drop();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('say what is in the way', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(put('file/own.mp4', 'x')).rejects.toThrow(
      /file\/own\.mp4 cannot be written: a part of the path is a file, not a folder; choose another name$/,
    );
    await expect(put(`${'n'.repeat(300)}/`, 'x')).rejects.toThrow(/cannot be written: the name is too long; choose a shorter one$/);
    const part = await PartFile.begin({ folder, name: 'own.mp4' });
    mkdirSync(join(folder, 'own.mp4'));
    await expect(part.keep('')).rejects.toThrow(/own\.mp4 cannot be written: there is a folder of that name; end it with \/ to write into it/);
    expect(readdirSync(folder).sort()).toEqual(['file', 'own.mp4']);
  });

  it.each([
    ['ENOSPC', /own\.mp4 cannot be written: the disk is full; make room or choose another folder$/],
    ['EACCES', /own\.mp4 cannot be written: Node-RED may not write there; change the rights of the folder or choose another one$/],
    ['EOTHER', /own\.mp4 cannot be written: the disk says EOTHER$/],
  ])('say what %s means, and leave nothing', async (code, text) => {
    const part = await PartFile.begin({ folder, name: 'own.mp4' });
    const bytes = new Proxy(Buffer.from('x'), {
      get: () => {
        throw Object.assign(new Error('the disk says no'), { code });
      },
    });
    await expect(part.write(bytes)).rejects.toThrow(text);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['attachment; filename="porch-2026.mp4"', 'porch-2026.mp4'],
    ['attachment; filename="../../etc/x"', '_.._etc_x'],
    ['attachment; filename=".hidden\u0007"', 'hidden_'],
    ['attachment', 'own.mp4'],
    [null, 'own.mp4'],
  ])('are never led out of their folder by %j', (disposition, name) => {
    expect(offeredName(disposition, 'own.mp4')).toBe(name);
  });
});
