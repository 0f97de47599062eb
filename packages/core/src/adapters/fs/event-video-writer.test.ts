import { open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { locationsOf } from '@nightjar/media';
import { sampleEvent } from '@nightjar/testkit';
import { pictures, silentTracks, sound, soundTracks, withDirectory } from '../../../test/event-recording.ts';
import type { RecordedSample } from '../../ports/event-files.ts';
import { EventVideoWriter } from './event-video-writer.ts';
import { FsEventFiles } from './fs-event-files.ts';
import { inspectVideo } from './video-repair.ts';
import { scanVideo, type VideoScan } from './video-scan.ts';

const files = new FsEventFiles();
const event = sampleEvent(5, { state: 'open' });

const scan = async (path: string): Promise<VideoScan> => {
  const handle = await open(path, 'r');
  try {
    return await scanVideo(handle);
  } finally {
    await handle.close();
  }
};

type Write = (...parameters: readonly unknown[]) => Promise<unknown>;

/** Lets the next write to any file put down half of its bytes and then fail. */
const failNextWrite = async (path: string, code: string): Promise<() => void> => {
  const handle = await open(path, 'r');
  const prototype = Object.getPrototypeOf(handle) as { write: Write };
  await handle.close();
  const original = prototype.write;
  let calls = 0;
  prototype.write = async function write(this: unknown, buffer, offset, length, position) {
    calls += 1;
    if (calls > 1) throw Object.assign(new Error(`${code}: write`), { code });
    return original.call(this, buffer, offset, Math.floor((length as number) / 2), position);
  };
  return () => {
    prototype.write = original;
  };
};

describe('EventVideoWriter', () => {
  it('plays at any moment while it is written', () =>
    withDirectory(async (root) => {
      const file = await files.create(root, event, soundTracks);
      for (let second = 0; second < 3; second++) {
        await file.append([...pictures(second * 10, second * 10 + 10), ...sound(second * 15, second * 15 + 15)]);
        expect(await files.inspect(file.path)).toEqual({
          frames: second * 10 + 10,
          durationMs: second * 1000 + 1000,
          sizeBytes: (await stat(file.path)).size,
          codec: 'avc1.64001f',
          width: 1280,
          height: 720,
          identity: event,
        });
      }
      await file.abandon();
      await file.abandon();
    }));

  it('becomes fast-start with the final record inside, and leaves nothing else', () =>
    withDirectory(async (root) => {
      const file = await files.create(root, event, soundTracks);
      await file.append([...pictures(0, 10), ...sound(0, 15)]);
      await file.sync();
      await file.append([...pictures(10, 20), ...sound(15, 31)]);
      const closed = { ...event, state: 'closed' as const, frames: 20 };
      const facts = await file.finish(closed);
      expect(facts).toMatchObject({ frames: 20, durationMs: 2000, identity: closed, sizeBytes: (await stat(file.path)).size });
      const whole = await scan(file.path);
      expect(whole.fragments).toEqual([]);
      expect(whole.tables.flatMap(locationsOf)).toHaveLength(51);
      expect((await readdir(dirname(file.path))).sort()).toEqual(['.5', '5-video.mp4']);
    }));

  it('keeps every byte of every sample through finishing', () =>
    withDirectory(async (root) => {
      const samples = [...pictures(0, 10), ...sound(0, 15)];
      const file = await files.create(root, event, soundTracks);
      await file.append(samples.slice(0, 7));
      await file.append(samples.slice(7));
      await file.finish(event);
      const content = await readFile(file.path);
      const found = (await scan(file.path)).tables.flatMap(locationsOf).map(({ offset, size }) => content.subarray(offset, offset + size).toString('hex'));
      expect(found).toEqual(samples.map((sample) => Buffer.from(sample.data).toString('hex')));
    }));

  it('does not let rounding add up over four hours of 30 frames a second', () =>
    withDirectory(async (root) => {
      const file = await files.create(root, event, silentTracks);
      const frame = (index: number): RecordedSample => {
        const us = Math.round((index * 1e6) / 30);
        return { ...pictures(0, 1)[0]!, ptsUs: us, dtsUs: us, durationUs: 33_333 };
      };
      const last = 4 * 3600 * 30;
      for (const index of [0, 1, 1000, 77_777, last]) await file.append([frame(index)]);
      await file.abandon();
      const times = (await scan(file.path)).fragments.flatMap((fragment) => fragment.samples.map((sample) => sample.dts));
      expect(times).toEqual([0, 3000, 3_000_000, 233_331_000, last * 3000]);
    }));

  it('shows B-frames in their place, although decoding begins before 0', () =>
    withDirectory(async (root) => {
      const file = await files.create(root, event, silentTracks);
      const base = pictures(0, 4);
      const decode = [-200_000, -100_000, 0, 100_000];
      const show = [0, 300_000, 100_000, 200_000];
      await file.append(base.map((sample, index) => ({ ...sample, dtsUs: decode[index]!, ptsUs: show[index]! })));
      expect(await file.finish(event)).toMatchObject({ frames: 4, durationMs: 400 });
      const found = (await scan(file.path)).tables.flatMap(locationsOf);
      expect(found.map((sample) => sample.pts)).toEqual([0, 27_000, 9000, 18_000]);
      expect(found.map((sample) => sample.dts)).toEqual([-18_000, -9000, 0, 9000]);
    }));

  it('keeps decode times rising where a stream repeats one', () =>
    withDirectory(async (root) => {
      const file = await files.create(root, event, silentTracks);
      await file.append(pictures(0, 3));
      await file.append(pictures(2, 4));
      await file.finish(event);
      expect((await scan(file.path)).tables.flatMap(locationsOf).map((sample) => sample.dts)).toEqual([0, 9000, 18_000, 18_001, 27_000]);
    }));

  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EIO', 'DISK_FAILED'],
  ])('goes back to its last whole fragment after %s, says %s, and goes on', (errno, code) =>
    withDirectory(async (root) => {
      const file = await files.create(root, event, silentTracks);
      await file.append(pictures(0, 10));
      const before = await readFile(file.path);
      const restore = await failNextWrite(file.path, errno);
      try {
        await expect(file.append(pictures(10, 20))).rejects.toMatchObject({ code });
      } finally {
        restore();
      }
      expect((await readFile(file.path)).equals(before)).toBe(true);
      await file.append(pictures(20, 30));
      expect(await file.finish(event)).toMatchObject({ frames: 20, durationMs: 3000 });
    }),
  );

  it('stays fragmented where there is no room for a second copy', () =>
    withDirectory(async (root) => {
      const file = await files.create(root, event, silentTracks);
      await file.append(pictures(0, 10));
      const restore = await failNextWrite(file.path, 'ENOSPC');
      try {
        expect(await file.finish(event)).toMatchObject({ frames: 10 });
      } finally {
        restore();
      }
      expect((await scan(file.path)).fragments).toHaveLength(1);
      expect((await readdir(dirname(file.path))).sort()).toEqual(['.5', '5-video.mp4']);
      expect(await files.repair(file.path)).toMatchObject({ frames: 10 });
      expect((await scan(file.path)).fragments).toEqual([]);
    }));

  it('says that nothing was recorded', () =>
    withDirectory(async (root) => {
      const file = await EventVideoWriter.create(join(root, '5-video.mp4'), event, silentTracks);
      expect(await file.finish(event)).toMatchObject({ frames: 0, durationMs: 0, width: 1280 });
      await expect(inspectVideo(file.path)).rejects.toMatchObject({ code: 'VIDEO_DAMAGED' });
      await expect(file.append(pictures(0, 1))).rejects.toThrow(/closed already/);
    }));
});
