import { lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleEvent } from '@nightjar/testkit';
import { pictures, silentTracks, withDirectory } from '../../../test/event-recording.ts';
import type { EventRecord } from '../../model/event.ts';
import { FsEventFiles } from './fs-event-files.ts';

const files = new FsEventFiles();
const deep = (id: number, directory = 'porch/26/11/22/13/04/05'): EventRecord => sampleEvent(id, { scheme: 'deep', directory });
const bytes = new TextEncoder().encode('picture');

const start = async (root: string, event: EventRecord): Promise<string> => {
  const file = await files.create(root, event, silentTracks);
  await file.append(pictures(0, 3));
  await file.abandon();
  return file.path;
};

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

describe('FsEventFiles', () => {
  it('makes the directories of every scheme, with the markers of Deep and Shallow', () =>
    withDirectory(async (root) => {
      expect(await start(root, deep(7))).toBe(join(root, 'porch/26/11/22/13/04/05/7-video.mp4'));
      expect(await readlink(join(root, 'porch/26/11/22/.7'))).toBe('13/04/05');
      await start(root, sampleEvent(8, { scheme: 'medium', directory: 'porch/2026-11-22/8' }));
      expect(await readdir(join(root, 'porch/2026-11-22/8'))).toEqual(['8-video.mp4']);
      await start(root, sampleEvent(9, { scheme: 'shallow', directory: 'porch/9' }));
      expect((await readdir(join(root, 'porch/9'))).sort()).toEqual(['.9', '9-video.mp4']);
    }));

  it('neither writes nor reads a picture through a symbolic link that was put in its place', () =>
    withDirectory(async (root) => {
      await start(root, sampleEvent(1, { scheme: 'medium', directory: 'porch/1' }));
      const other = join(root, 'other');
      await writeFile(other, 'precious');
      await symlink(other, join(root, 'porch/1/alarm.jpg'));
      await symlink(other, join(root, 'porch/1/snapshot.jpg.part'));
      await expect(files.readAttachment(root, 'porch/1', 'alarm.jpg')).rejects.toMatchObject({ code: 'DISK_FAILED' });
      await expect(files.writeAttachment(root, 'porch/1', 'snapshot.jpg', bytes)).rejects.toMatchObject({ code: 'DISK_FAILED' });
      expect(await readFile(other, 'utf8')).toBe('precious');
      await files.writeAttachment(root, 'porch/1', 'snapshot.jpg', bytes);
      expect(await files.readAttachment(root, 'porch/1', 'snapshot.jpg')).toEqual(new Uint8Array(bytes));
    }));

  it('lets nobody but the group read along', () =>
    withDirectory(async (root) => {
      const path = await start(root, sampleEvent(1));
      expect((await stat(path)).mode & 0o027).toBe(0);
      expect((await stat(join(root, 'porch'))).mode & 0o027).toBe(0);
    }));

  it('never makes the root, and never overwrites a video', () =>
    withDirectory(async (root) => {
      await expect(start(join(root, 'not-mounted'), sampleEvent(1))).rejects.toMatchObject({ code: 'DISK_FAILED' });
      expect(await readdir(root)).toEqual([]);
      const path = await start(root, sampleEvent(1));
      const before = await readFile(path);
      await expect(start(root, sampleEvent(1))).rejects.toMatchObject({ code: 'DISK_FAILED' });
      expect((await readFile(path)).equals(before)).toBe(true);
    }));

  it('writes attachments whole, replacing older ones', () =>
    withDirectory(async (root) => {
      await start(root, sampleEvent(1));
      await files.writeAttachment(root, 'porch/1', 'snapshot.jpg', new Uint8Array(3));
      await files.writeAttachment(root, 'porch/1', 'snapshot.jpg', bytes);
      expect(await readFile(join(root, 'porch/1/snapshot.jpg'), 'utf8')).toBe('picture');
      expect((await readdir(join(root, 'porch/1'))).sort()).toEqual(['.1', '1-video.mp4', 'snapshot.jpg']);
    }));

  it.each(['../x.jpg', 'a/b.jpg', '.hidden', '', '..', 'x\0.jpg'])('refuses the attachment name %j', (name) =>
    withDirectory(async (root) => {
      await start(root, sampleEvent(1));
      await expect(files.writeAttachment(root, 'porch/1', name, bytes)).rejects.toMatchObject({ code: 'DISK_FAILED' });
    }),
  );

  it('removes an event with its marker and the parents this leaves empty, again and again', () =>
    withDirectory(async (root) => {
      await start(root, deep(7));
      await start(root, deep(8, 'porch/26/11/22/13/09/00'));
      for (let i = 0; i < 2; i++) await files.remove(root, deep(7).directory, 7);
      expect((await readdir(join(root, 'porch/26/11/22'))).sort()).toEqual(['.8', '13']);
      expect(await readdir(join(root, 'porch/26/11/22/13'))).toEqual(['09']);
      await files.remove(root, 'porch/26/11/22/13/09/00', 8);
      expect(await readdir(root)).toEqual([]);
    }));

  it('takes away the rest of a removal that was interrupted', () =>
    withDirectory(async (root) => {
      await mkdir(join(root, 'porch/26/11/22/13'), { recursive: true });
      await symlink('13/04/05', join(root, 'porch/26/11/22/.7'));
      await files.remove(root, deep(7).directory, 7);
      expect(await readdir(root)).toEqual([]);
    }));

  it('leaves the other event of the same second alone', () =>
    withDirectory(async (root) => {
      await start(root, deep(7));
      await start(root, deep(8));
      await files.remove(root, deep(7).directory, 7);
      expect(await readdir(join(root, deep(7).directory))).toEqual(['8-video.mp4']);
      expect(await readlink(join(root, 'porch/26/11/22/.8'))).toBe('13/04/05');
    }));

  it.each(['../outside/1', '/etc/passwd', 'porch/../../outside', 'porch', '', '.', 'porch//1', 'porch/./1', 'porch/1\0', 'porch\\..\\1'])(
    'refuses to remove %j',
    (directory) =>
      withDirectory(async (top) => {
        const root = join(top, 'area');
        await start(await mkdir(root, { recursive: true }).then(() => root), sampleEvent(1));
        await mkdir(join(top, 'outside/1'), { recursive: true });
        await expect(files.remove(root, directory, 1)).rejects.toMatchObject({ code: 'DISK_FAILED' });
        expect(await exists(join(top, 'outside/1'))).toBe(true);
        expect(await exists(join(root, 'porch/1/1-video.mp4'))).toBe(true);
      }),
  );

  it('follows no symbolic link out of the root, neither removing nor writing', () =>
    withDirectory(async (top) => {
      const [root, outside] = [join(top, 'area'), join(top, 'outside')];
      await mkdir(root);
      await mkdir(join(outside, '1'), { recursive: true });
      await writeFile(join(outside, '1/precious'), 'x');
      await symlink(outside, join(root, 'porch'));
      await expect(files.remove(root, 'porch/1', 1)).rejects.toMatchObject({ code: 'DISK_FAILED' });
      await expect(files.remove(root, 'porch/gone', 1)).resolves.toBeUndefined();
      await expect(files.create(root, sampleEvent(1), silentTracks)).rejects.toMatchObject({ code: 'DISK_FAILED' });
      await expect(files.writeAttachment(root, 'porch/1', 'snapshot.jpg', bytes)).rejects.toMatchObject({ code: 'DISK_FAILED' });
      expect(await readdir(join(outside, '1'))).toEqual(['precious']);
    }));

  it('does not follow links inside an event that it removes', () =>
    withDirectory(async (top) => {
      const root = join(top, 'area');
      await mkdir(root);
      await writeFile(join(top, 'precious'), 'x');
      await start(root, sampleEvent(1));
      await symlink(top, join(root, 'porch/1/link'));
      await files.remove(root, 'porch/1', 1);
      expect(await exists(join(top, 'precious'))).toBe(true);
      expect(await readdir(root)).toEqual([]);
    }));

  it('makes and removes events at the same time', () =>
    withDirectory(async (root) => {
      const ids = Array.from({ length: 12 }, (_, index) => index + 1);
      const directory = (id: number): string => `porch/26/11/22/13/04/${String(id).padStart(2, '0')}`;
      const work = ids.map(async (id) => {
        await start(root, deep(id, directory(id)));
        await files.remove(root, directory(id), id);
      });
      await Promise.all(work);
      expect(await readdir(root)).toEqual([]);
    }));
});
