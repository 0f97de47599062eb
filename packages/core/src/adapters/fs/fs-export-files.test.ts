import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeExportFiles } from '@nightjar/testkit';
import { FsExportFiles } from './fs-export-files.ts';

const openFolder = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightjar-exports-'));
  const root = join(folder, 'data/exports');
  return {
    root,
    files: new FsExportFiles(root),
    put: (id: number, name: string, bytes: Uint8Array) => writeFileSync(join(root, `export-${id}`, name), bytes),
    close: async () => rmSync(folder, { recursive: true }),
  };
};

describeExportFiles('FsExportFiles', openFolder);

describe('FsExportFiles', () => {
  it('leaves alone what is not its own, wherever that lies', async () => {
    const { root, files, put, close } = await openFolder();
    await files.prepare(7);
    put(7, 'porch.mp4', Uint8Array.of(1));
    put(7, 'notes.txt', Uint8Array.of(1));
    for (const name of ['2024', 'export-x', 'export-007']) mkdirSync(join(root, name));
    writeFileSync(join(root, 'export-9'), 'a file');
    expect(await files.list()).toEqual([7]);
    await files.remove(7);
    expect(readdirSync(root).sort()).toEqual(['2024', 'export-007', 'export-7', 'export-9', 'export-x']);
    expect(readdirSync(join(root, 'export-7'))).toEqual(['notes.txt']);
    await close();
  });

  it('follows no link out of its folder', async () => {
    const { root, files, put, close } = await openFolder();
    const outside = join(root, '../outside.mp4');
    await files.prepare(7);
    writeFileSync(outside, 'precious');
    symlinkSync(outside, join(root, 'export-7/porch.mp4'));
    await expect(files.open(7, 'porch.mp4')).rejects.toMatchObject({ code: 'DISK_FAILED' });
    await expect(files.open(7, '../../outside.mp4')).rejects.toMatchObject({ code: 'DISK_FAILED' });
    await files.remove(7);
    expect(existsSync(outside)).toBe(true);
    await files.prepare(8);
    put(8, 'porch.mp4', Uint8Array.of(1));
    await close();
  });
});
