import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withDirectory } from '../../../test/event-recording.ts';
import { AREA_IDENTITY_FILE, createAreaIdentity, readAreaIdentity } from './area-identity-file.ts';
import { diskSpace } from './disk-space.ts';

describe('the identity of an area', () => {
  it('is made once and found again', () =>
    withDirectory(async (root) => {
      expect(await readAreaIdentity(root)).toBeUndefined();
      const made = await createAreaIdentity(root, 'main');
      expect(made).toMatchObject({ area: 'main', id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
      expect(await readAreaIdentity(root)).toEqual(made);
      expect(await readdir(root)).toEqual([AREA_IDENTITY_FILE]);
      await expect(createAreaIdentity(root, 'main')).rejects.toMatchObject({ code: 'AREA_MISSING' });
    }));

  it('does not guess at a damaged file', () =>
    withDirectory(async (root) => {
      for (const text of ['', '{', '{"id":1}', 'null']) {
        await writeFile(join(root, AREA_IDENTITY_FILE), text);
        await expect(readAreaIdentity(root)).rejects.toMatchObject({ code: 'AREA_MISSING' });
      }
    }));
});

describe('diskSpace', () => {
  it('measures the disk a path is on', () =>
    withDirectory(async (root) => {
      const { totalBytes, freeBytes } = await diskSpace(root);
      expect(freeBytes).toBeGreaterThan(0);
      expect(totalBytes).toBeGreaterThanOrEqual(freeBytes);
      expect((await stat(root)).isDirectory()).toBe(true);
      await expect(diskSpace(join(root, 'gone'))).rejects.toMatchObject({ code: 'DISK_FAILED' });
    }));
});
