// Folders for pictures and exports.
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';

describe('makeFolder', () => {
  const place = mkdtempSync(join(tmpdir(), 'nightjar-folders-'));
  afterAll(() => rmSync(place, { recursive: true }));

  it('makes what is missing above as well, whoever else does so at the same time', async () => {
    const paths = ['a/b/c', 'a/b/d', 'a/b/c', 'a'].map((each) => join(place, each));
    await Promise.all(paths.map(makeFolder));
    for (const path of paths) expect(statSync(path).isDirectory()).toBe(true);
    symlinkSync(join(place, 'a'), join(place, 'link'));
    await makeFolder(join(place, 'link'));
    await makeFolder(join(place, 'link/e'));
    expect(statSync(join(place, 'a/e')).isDirectory()).toBe(true);
  });

  it.each([
    ['a file is in the way', 'file', 'EEXIST'],
    ['a file is above it', 'file/x', 'ENOTDIR'],
    ['a file is further above', 'file/x/y', 'ENOTDIR'],
    ['a link leads nowhere', 'nowhere', 'ENOENT'],
    ['a link above it leads nowhere', 'nowhere/x', 'ENOENT'],
  ])('says so where %s', async (_what, path, code) => {
    writeFileSync(join(place, 'file'), '');
    rmSync(join(place, 'nowhere'), { force: true });
    symlinkSync(join(place, 'missing'), join(place, 'nowhere'));
    await expect(makeFolder(join(place, path))).rejects.toMatchObject({ code });
  });

  it('ends where the system says that nothing is there, though the parent is', async () => {
    await expect(makeFolder('/proc/nope/x')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
