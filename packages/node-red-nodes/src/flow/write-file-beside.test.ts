// Files in folders that are there, are not, or cannot be.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filePlace, writeFileBeside } from './write-file-beside.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightjar-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('filePlace', () => {
  it('puts a name into a folder, and takes a path as it is, below where Node-RED works', async () => {
    await mkdir(join(folder, 'there'));
    expect(await filePlace('there', 'a.jpg', folder)).toBe(join(folder, 'there', 'a.jpg'));
    expect(await filePlace('missing/', 'a.jpg', folder)).toBe(join(folder, 'missing', 'a.jpg'));
    expect(await filePlace('missing/b.jpg', 'a.jpg', folder)).toBe(join(folder, 'missing', 'b.jpg'));
    expect(await filePlace('/x/b.jpg', 'a.jpg', folder)).toBe('/x/b.jpg');
    await expect(filePlace(' ', 'a.jpg', folder)).rejects.toThrow('no file name: write a path into the node');
    await expect(filePlace('a\0b', 'a.jpg', folder)).rejects.toThrow('zero character');
  });
});

describe('writeFileBeside', () => {
  it('makes folders, and replaces what is there', async () => {
    const path = join(folder, 'a', 'b', 'c.jpg');
    await writeFileBeside(path, Buffer.from('one'));
    await writeFileBeside(path, Buffer.from('two'));
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['c.jpg']);
  });

  it('says what to do where a file cannot be written, and leaves nothing behind', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(writeFileBeside(join(folder, 'file', 'c.jpg'), Buffer.from('x'))).rejects.toThrow(
      'a part of the path is a file, not a folder; choose another name',
    );
    await mkdir(join(folder, 'taken'));
    await expect(writeFileBeside(join(folder, 'taken'), Buffer.from('x'))).rejects.toThrow('there is a folder of that name');
    await expect(writeFileBeside(join(folder, 'n'.repeat(300)), Buffer.from('x'))).rejects.toThrow('the name is too long; choose a shorter one');
    expect((await readdir(folder)).sort()).toEqual(['file', 'taken']);
  });

  it('writes nothing once nobody wants it', async () => {
    const reason = new Error('the node was closed');
    await expect(writeFileBeside(join(folder, 'c.jpg'), Buffer.from('x'), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual([]);
  });
});
