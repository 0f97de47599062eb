import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeRecordedVideos, sampleEvent } from '@nightjar/testkit';
import { pictures, silentTracks, withDirectory } from '../../../test/event-recording.ts';
import { FsEventFiles } from './fs-event-files.ts';
import { FsRecordedVideos } from './fs-recorded-videos.ts';

const roots: string[] = [];

describeRecordedVideos('FsRecordedVideos', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'recorded-videos-')));
  roots.push(root);
  return { videos: new FsRecordedVideos(), files: new FsEventFiles(), root };
});

afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

describe('FsRecordedVideos', () => {
  const videos = new FsRecordedVideos();

  it.each(['..', '../elsewhere/1', 'porch/../../elsewhere', '/etc', 'porch', ''])('opens nothing outside its area: %j', (directory) =>
    withDirectory(async (root) => {
      await expect(videos.open({ root, directory, eventId: 1 })).rejects.toMatchObject({ code: 'DISK_FAILED' });
    }),
  );

  it('follows no link, neither to a file nor to a directory', () =>
    withDirectory(async (root) => {
      const outside = join(root, 'outside');
      const area = join(root, 'area');
      await mkdir(join(area, 'porch', '1'), { recursive: true });
      await mkdir(outside);
      await writeFile(join(outside, '1-video.mp4'), 'secret');
      await symlink(join(outside, '1-video.mp4'), join(area, 'porch', '1', '1-video.mp4'));
      await symlink(outside, join(area, 'porch', '2'));
      await expect(videos.open({ root: area, directory: 'porch/1', eventId: 1 })).rejects.toMatchObject({ code: 'DISK_FAILED' });
      await expect(videos.open({ root: area, directory: 'porch/2', eventId: 1 })).rejects.toMatchObject({ code: 'DISK_FAILED' });
    }));

  it('waits for no pipe and opens no directory', () =>
    withDirectory(async (root) => {
      await mkdir(join(root, 'porch', '1', '1-video.mp4'), { recursive: true });
      await mkdir(join(root, 'porch', '2'), { recursive: true });
      execFileSync('mkfifo', [join(root, 'porch', '2', '2-video.mp4')]);
      for (const eventId of [1, 2]) await expect(videos.open({ root, directory: `porch/${eventId}`, eventId })).rejects.toMatchObject({ code: 'DISK_FAILED' });
    }));

  it('calls a file that could not be made fast-start what it is', () =>
    withDirectory(async (root) => {
      const event = sampleEvent(1, { directory: 'porch/1' });
      const file = await new FsEventFiles().create(root, event, silentTracks);
      await file.append(pictures(0, 20));
      await file.abandon();
      const video = await videos.open({ root, directory: 'porch/1', eventId: 1 });
      expect(await video?.isFastStart()).toBe(false);
      expect((await video?.tracks())?.[0]?.count).toBe(20);
      await video?.close();
    }));

  it('holds no track of a file that is no video', () =>
    withDirectory(async (root) => {
      await mkdir(join(root, 'porch', '1'), { recursive: true });
      await writeFile(join(root, 'porch', '1', '1-video.mp4'), 'not a video at all, only text');
      const video = await videos.open({ root, directory: 'porch/1', eventId: 1 });
      expect(await video?.isFastStart()).toBe(false);
      expect(await video?.tracks()).toEqual([]);
      await video?.close();
    }));
});
