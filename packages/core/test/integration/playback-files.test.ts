// Assembled files as programs of others see them: ffprobe, ffmpeg and curl.
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MediaFile } from '@nightjar/client';
import { describeWith, MemoryEventStore, MemoryGapStore } from '@nightjar/testkit';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { FsRecordedVideos } from '../../src/adapters/fs/fs-recorded-videos.ts';
import { videoName } from '../../src/storage/path-scheme.ts';
import { Playback } from '../../src/streams/playback.ts';
import { encodeNumbered, type Footage, type FootageEvent, numberIn, writeEvent } from '../numbered-footage.ts';
import { serveRanges } from '../range-server.ts';
import { bytesOf } from '../read-movie.ts';
import { temporaryFolder } from '../test-clip.ts';
import { frameHashes, probeVideo } from './recorder-process.ts';

const START_MS = Date.UTC(2026, 10, 22, 12);

describeWith('ffmpeg', 'files of playback', () => {
  const folder = temporaryFolder();
  let footage: Footage;
  let events: MemoryEventStore;
  let playback: Playback;
  let area: string;
  let number = 0;

  beforeAll(async () => {
    footage = await encodeNumbered(join(folder(), 'footage.mp4'), { frames: 600 });
  });

  beforeEach(async () => {
    area = join(folder(), `area-${(number += 1)}`);
    await mkdir(area);
    events = new MemoryEventStore();
    const ports = { events, gaps: new MemoryGapStore(), videos: new FsRecordedVideos(), clock: systemClock };
    playback = new Playback({ ...ports, find: (id) => events.get(id), rootOf: () => area });
  });

  afterEach(() => {
    playback.close();
  });

  const add = async (shape: Omit<FootageEvent, 'startMs'> & { startMs?: number }, of = footage) => {
    const written = await writeEvent(area, of, { startMs: START_MS + (shape.from * 1000) / of.fps, ...shape });
    await events.put(written.row);
    return { ...written, path: join(area, written.row.directory, videoName(written.row.id)) };
  };
  const save = async (file: MediaFile, name: string): Promise<string> => {
    const path = join(area, name);
    await writeFile(path, await bytesOf(file));
    return path;
  };
  const span = (from: number, to: number) =>
    playback.playback('porch', { from: new Date(START_MS + from * 1000).toISOString(), to: new Date(START_MS + to * 1000).toISOString() });

  /** The numbers that the decoded pictures show. */
  const numbersShown = (path: string): number[] => {
    const { stdout, stderr, status } = spawnSync(
      'ffmpeg',
      ['-v', 'error', '-i', path, '-vf', 'scale=160:1:flags=area', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'],
      {
        maxBuffer: 256 * 1024 * 1024,
      },
    );
    expect([status, String(stderr)]).toEqual([0, '']);
    return Array.from({ length: stdout.length / 160 }, (_, index) => numberIn(stdout.subarray(index * 160, (index + 1) * 160)));
  };
  const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

  it('ranges that curl fetches add up to the whole, which is the event file itself', async () => {
    const { path } = await add({ id: 1, from: 0, to: 200 });
    const server = await serveRanges(async (_, reader) => playback.eventVideo(1, reader));
    try {
      const whole = await readFile(path);
      const parts: Buffer[] = [];
      const step = Math.ceil(whole.length / 7);
      for (let at = 0; at < whole.length; at += step) parts.push(await curl(server.url, `${at}-${Math.min(whole.length, at + step) - 1}`));
      expect(Buffer.compare(Buffer.concat(parts), whole)).toBe(0);
      expect(Buffer.compare(await curl(server.url, '0-'), whole)).toBe(0);
    } finally {
      await server.close();
    }
  });

  it('an event that is being recorded plays up to now, with the very frames its file gets', async () => {
    const { file, row, path } = await add({ id: 1, from: 0, to: 133, isOpen: true });
    const growing = await save(await playback.eventVideo(1), 'growing.mp4');
    expect(probeVideo(growing)).toMatchObject({ frames: 133, startsWithKey: true, isMonotonic: true, isFastStart: true });
    await file?.finish(row);
    expect(frameHashes(growing)).toEqual(frameHashes(path));
    expect(frameHashes(growing).length).toBe(133);
  });

  it('a span across events decodes to every picture once, in order, with sound all the way', async () => {
    await add({ id: 1, from: 0, to: 200 });
    await add({ id: 2, from: 200, to: 340 });
    // Its pre-roll was recorded before.
    await add({ id: 3, from: 320, to: 480 });
    await add({ id: 4, from: 500, to: 600, startMs: START_MS + 90_000, isOpen: true });
    const path = await save(await span(7.3, 400), 'span.mp4');
    expect(numbersShown(path)).toEqual([...numbers(60, 480), ...numbers(500, 600)]);
    const probed = probeVideo(path);
    expect(probed).toMatchObject({ frames: 520, startsWithKey: true, isMonotonic: true, isFastStart: true });
    expect(probed.durationSeconds).toBeCloseTo(52, 0);
    const sound = spawnSync('ffprobe', ['-v', 'error', '-select_streams', 'a', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path], {
      encoding: 'utf8',
    });
    const times = sound.stdout
      .trim()
      .split('\n')
      .map((line) => Number.parseFloat(line));
    expect(times.at(-1)).toBeGreaterThan(51.8);
    const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...steps)).toBeLessThan(0.13);
    expect(Math.min(...steps)).toBeGreaterThan(0);
  });

  it('silence that stands in for missing sound decodes, and is silent', async () => {
    const silent = await encodeNumbered(join(folder(), 'silent.mp4'), { frames: 100, sound: false });
    await add({ id: 1, from: 0, to: 100 });
    await add({ id: 2, from: 0, to: 100, startMs: START_MS + 10_000 }, silent);
    await add({ id: 3, from: 200, to: 300 });
    const path = await save(await span(0, 60), 'silence.mp4');
    const loudness = (from: number, to: number): number => {
      const { stderr } = spawnSync(
        'ffmpeg',
        ['-hide_banner', '-ss', String(from), '-to', String(to), '-i', path, '-map', '0:a', '-af', 'volumedetect', '-f', 'null', '-'],
        { encoding: 'utf8' },
      );
      expect(stderr).not.toMatch(/error|invalid/i);
      return Number(/max_volume: (-?[\d.]+) dB/.exec(stderr)?.[1]);
    };
    expect(loudness(1, 9)).toBeGreaterThan(-30);
    expect(loudness(11, 19)).toBeLessThan(-80);
    expect(loudness(21, 29)).toBeGreaterThan(-30);
  });

  it.each([
    { name: 'B-frames', shape: { bFrames: 2 } },
    { name: 'H.265', shape: { codec: 'libx265' as const, bFrames: 0 } },
  ])('$name: no picture is lost between sections, nor in the middle of a GOP', async ({ shape }) => {
    const other = await encodeNumbered(join(folder(), 'other.mp4'), { frames: 120, sound: false, ...shape });
    await add({ id: 1, from: 0, to: 60 }, other);
    await add({ id: 2, from: 60, to: 120 }, other);
    const path = await save(await span(2.5, 60), 'other.mp4');
    expect(numbersShown(path)).toEqual(numbers(20, 120));
    expect(probeVideo(path).isMonotonic).toBe(true);
  });

  it('a camera whose picture size changes plays on: each part has its own parameter sets', async () => {
    const larger = await encodeNumbered(join(folder(), 'larger.mp4'), { frames: 60, sound: false, field: 40 });
    await add({ id: 1, from: 0, to: 60 });
    await add({ id: 2, from: 0, to: 60, startMs: START_MS + 6000 }, larger);
    const path = await save(await span(0, 60), 'sizes.mp4');
    expect(numbersShown(path)).toEqual([...numbers(0, 60), ...numbers(0, 60)]);
  });
});

const curl = async (url: string, range: string): Promise<Buffer> => {
  const { stdout } = await promisify(execFile)('curl', ['-s', '-r', range, url], { maxBuffer: 64 * 1024 * 1024, encoding: 'buffer' });
  return stdout;
};
