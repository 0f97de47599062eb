import { copyFile, mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fmp4Reader, type Track } from '@nightjar/media';
import { sampleEvent } from '@nightjar/testkit';
import { describeWithFfmpeg, fragmentedClip, probe } from '../../../../media/test/ffmpeg-clip.ts';
import { pictures, silentTracks, sound, soundTracks, withDirectory } from '../../../test/event-recording.ts';
import type { RecordedSample } from '../../ports/event-files.ts';
import { FsEventFiles } from './fs-event-files.ts';
import { inspectVideo, repairVideo } from './video-repair.ts';
import { scanVideo, type VideoScan } from './video-scan.ts';

const files = new FsEventFiles();
const event = sampleEvent(3, { state: 'open' });

const scan = async (path: string): Promise<VideoScan> => {
  const handle = await open(path, 'r');
  try {
    return await scanVideo(handle);
  } finally {
    await handle.close();
  }
};

/** A recording that was never closed, of four fragments with five pictures each. */
const torn = async (root: string): Promise<string> => {
  const file = await files.create(root, event, soundTracks);
  for (let part = 0; part < 4; part++) await file.append([...pictures(part * 5, part * 5 + 5), ...sound(part * 8, part * 8 + 8)]);
  await file.abandon();
  return file.path;
};

describe('repairVideo', () => {
  it(
    'keeps every whole fragment, wherever the file was cut',
    () =>
      withDirectory(async (root) => {
        const path = await torn(root);
        const whole = await readFile(path);
        const { fragments, initBytes } = await scan(path);
        expect(fragments).toHaveLength(4);
        const victim = join(root, 'cut.mp4');
        const everywhere = [...Array(20).keys(), ...Array.from({ length: whole.length - initBytes + 31 }, (_, index) => initBytes - 30 + index)];
        const cuts = everywhere.filter(
          (cut, index) => index % 3 === 0 || fragments.some(({ start, end }) => Math.abs(cut - start) < 12 || Math.abs(cut - end) < 12),
        );
        for (const cut of cuts) {
          await writeFile(victim, whole.subarray(0, cut));
          const kept = fragments.filter((fragment) => fragment.end <= cut).length;
          const facts = await repairVideo(victim);
          expect({ cut, frames: facts?.frames, durationMs: facts?.durationMs }).toEqual({
            cut,
            ...(kept === 0 ? {} : { frames: kept * 5, durationMs: kept * 500 }),
          });
          if (facts !== undefined) expect(facts.identity).toEqual(event);
        }
      }),
    60_000,
  );

  it('leaves a fast-start file alone, byte by byte', () =>
    withDirectory(async (root) => {
      const path = await torn(root);
      const facts = await repairVideo(path);
      const [before, { mtimeMs }] = [await readFile(path), await stat(path)];
      expect(await repairVideo(path)).toEqual(facts);
      expect((await readFile(path)).equals(before)).toBe(true);
      expect((await stat(path)).mtimeMs).toBe(mtimeMs);
    }));

  it('drops fragments whose data never reached the disk', () =>
    withDirectory(async (root) => {
      const path = await torn(root);
      const { fragments } = await scan(path);
      const handle = await open(path, 'r+');
      for (const { samples } of fragments.slice(2)) {
        for (const { offset, size } of samples) await handle.write(new Uint8Array(size), 0, size, offset);
      }
      await handle.truncate(fragments[3]!.end + 5000);
      await handle.close();
      expect(await repairVideo(path)).toMatchObject({ frames: 10, durationMs: 1000 });
    }));

  it('removes half-written files beside the video', () =>
    withDirectory(async (root) => {
      const path = await torn(root);
      for (const name of ['3-video.mp4.part', 'snapshot.jpg.part']) await writeFile(join(dirname(path), name), 'half');
      await repairVideo(path);
      expect((await readdir(dirname(path))).sort()).toEqual(['.3', '3-video.mp4']);
    }));

  it('answers undefined where nothing plays', () =>
    withDirectory(async (root) => {
      await writeFile(join(root, 'empty.mp4'), '');
      await writeFile(join(root, 'text.mp4'), 'this is not a video at all');
      await writeFile(join(root, 'zeros.mp4'), new Uint8Array(5000));
      for (const name of ['empty.mp4', 'text.mp4', 'zeros.mp4', 'missing.mp4', 'no/directory.mp4']) {
        expect(await repairVideo(join(root, name))).toBeUndefined();
        await expect(inspectVideo(join(root, name))).rejects.toMatchObject({ code: 'VIDEO_DAMAGED' });
      }
    }));

  it('reads without changing anything', () =>
    withDirectory(async (root) => {
      const path = await torn(root);
      const cut = join(root, 'cut.mp4');
      await writeFile(cut, (await readFile(path)).subarray(0, -3));
      expect(await inspectVideo(cut)).toMatchObject({ frames: 15, identity: event });
      expect((await stat(cut)).size).toBe((await stat(path)).size - 3);
    }));
});

describeWithFfmpeg('a recording of a real encoder', () => {
  const CLIPS = {
    'h264 with B-frames and sound': { video: ['-c:v', 'libx264', '-bf', '2', '-b_strategy', '0', '-g', '10'], audio: ['-c:a', 'aac'] },
    h265: { video: ['-c:v', 'libx265', '-x265-params', 'log-level=error:keyint=10'] },
  };

  for (const [name, options] of Object.entries(CLIPS)) {
    it(`plays after a crash at any place, and after a proper end: ${name}`, () =>
      withDirectory(async (root) => {
        let tracks: readonly Track[] = [];
        const samples: RecordedSample[] = [];
        for (const item of new Fmp4Reader().push(fragmentedClip({ ...options, seconds: 3 }))) {
          if (item.type === 'init') tracks = item.tracks;
          else {
            for (const { trackId, dts, pts, duration, ...rest } of item.samples) {
              const track = tracks.find((candidate) => candidate.trackId === trackId)!;
              const us = (ticks: number): number => Math.round((ticks * 1e6) / track.timescale);
              samples.push({ track: track.kind, ...rest, dtsUs: us(dts), ptsUs: us(pts), durationUs: us(dts + duration) - us(dts) });
            }
          }
        }
        const [video, audio] = [tracks.find((track) => track.kind === 'video')!, tracks.find((track) => track.kind === 'audio')];
        await mkdir(join(root, 'area'));
        const file = await files.create(join(root, 'area'), event, audio === undefined ? { video } : { video, audio });
        for (let at = 0; at < samples.length; at += 8) await file.append(samples.slice(at, at + 8));
        const copy = join(root, 'copy.mp4');
        await copyFile(file.path, copy);
        const whole = await readFile(copy);
        const { initBytes } = await scan(copy);
        for (let step = 1; step <= 6; step++) {
          await writeFile(copy, whole.subarray(0, initBytes + Math.floor(((whole.length - initBytes) * (step * 37)) / 240)));
          const facts = await repairVideo(copy);
          if (step > 3) expect(facts?.frames).toBeGreaterThan(0);
          if (facts === undefined) continue;
          const probed = probe(await readFile(copy));
          expect(probed.frames['video']).toBe(facts.frames);
        }
        const facts = await file.finish(event);
        const probed = probe(await readFile(file.path));
        expect(probed.frames['video']).toBe(30);
        expect(Math.abs((probed.streams.find((stream) => stream.kind === 'video')?.durationSeconds ?? 0) * 1000 - facts.durationMs)).toBeLessThan(2);
      }));
  }
});

describe('silent recordings', () => {
  it('are repaired like any other', () =>
    withDirectory(async (root) => {
      const file = await files.create(root, event, silentTracks);
      await file.append(pictures(0, 4));
      await file.abandon();
      expect(await repairVideo(file.path)).toMatchObject({ frames: 4 });
    }));
});
