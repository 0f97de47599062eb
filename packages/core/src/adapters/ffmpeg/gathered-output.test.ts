import { Readable } from 'node:stream';
import { describeWith, FakeClock, settle } from '@nightjar/testkit';
import { systemClock } from '../clock/system-clock.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { GatheredOutput } from './gathered-output.ts';

/** A pipe that is filled by hand. */
function piped(gatherMs = 400, piecesIn: (bytes: number) => number = () => 0) {
  const clock = new FakeClock();
  const output = new Readable({ highWaterMark: 1, read: () => undefined });
  const taken: number[] = [];
  const onChunk = (chunk: Buffer): number => {
    taken.push(chunk.length);
    return piecesIn(chunk.length);
  };
  const reading = new GatheredOutput({ output, gatherMs, clock, onChunk });
  const write = async (...sizes: readonly number[]): Promise<boolean> => {
    let wantsMore = true;
    for (const size of sizes) {
      wantsMore = output.push(Buffer.alloc(size));
      await settle();
    }
    return wantsMore;
  };
  return { clock, output, reading, taken, write };
}

describe('GatheredOutput', () => {
  it('leaves the pipe alone after each go, and then takes everything that is there', async () => {
    const { clock, taken, write } = piped();
    await write(10);
    expect(taken).toEqual([10]);
    // What comes next ends the reading ahead.
    expect(await write(20)).toBe(false);
    expect(taken).toEqual([10]);
    await clock.advance(400);
    expect(taken).toEqual([10, 20]);
    await write(30, 40);
    expect(taken).toEqual([10, 20, 30]);
  });

  it('goes on at once where more is there than fits into one piece', async () => {
    const { taken, write } = piped();
    await write(65_536, 65_536, 10, 10);
    expect(taken).toEqual([65_536, 65_536, 10]);
  });

  it('takes pieces as they come as soon as it may not gather, what waits first; and gathers again when it may', async () => {
    const { clock, taken, write, reading } = piped();
    await write(1, 2);
    reading.setGathering(false);
    await settle();
    expect(taken).toEqual([1, 2]);
    await write(3, 4, 5);
    expect(taken).toEqual([1, 2, 3, 4, 5]);
    reading.setGathering(true);
    await write(6, 7, 8);
    expect(taken).toEqual([1, 2, 3, 4, 5, 6]);
    await clock.advance(400);
    expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  describe('of a stream that is heavy', () => {
    /** Writes one go, and tells how long the pipe is left alone after it. */
    const pauseAfter = async ({ clock, taken, write }: ReturnType<typeof piped>, ...sizes: readonly number[]): Promise<number> => {
      await write(...sizes, 1);
      for (let ms = 0; ; ms += 25) {
        if (taken.at(-1) === 1) return ms;
        await clock.advance(25);
      }
    };

    it('pauses ever shorter, then not at all, and tries again later', async () => {
      const pipe = piped();
      const pauses: number[] = [];
      for (let go = 0; go < 10; go++) pauses.push(await pauseAfter(pipe, 65_536, 30_000));
      expect(pauses).toEqual([400, 200, 200, 100, 100, 50, 50, 0, 0, 0]);
      await pipe.clock.advance(30_000);
      expect(await pauseAfter(pipe, 65_536, 30_000)).toBe(50);
    });

    it('keeps the pause with which what comes fits into the pipe, whatever key frames bring', async () => {
      const pipe = piped();
      await pauseAfter(pipe, 65_536, 30_000);
      await pauseAfter(pipe, 65_536, 30_000);
      const pauses: number[] = [];
      for (let go = 0; go < 20; go++) pauses.push(await pauseAfter(pipe, ...(go % 5 === 0 ? [65_536, 50_000] : [40_000])));
      expect(new Set(pauses)).toEqual(new Set([200]));
    });

    it.each([
      ['long', 400, 8192],
      ['short', 100, 1024],
      ['very long', 400, 1e9],
    ])('fits its pauses to how much of %s pieces the pipe holds', async (_name, expected, pieceBytes) => {
      const pipe = piped(400, (bytes) => Math.max(1, Math.floor(bytes / pieceBytes)));
      const pauses: number[] = [];
      for (let go = 0; go < 4; go++) pauses.push(await pauseAfter(pipe, 65_536, 30_000));
      expect(pauses.at(-1)).toBe(expected);
    });

    it('pauses longer again when less comes', async () => {
      const pipe = piped();
      for (let go = 0; go < 4; go++) await pauseAfter(pipe, 65_536, 30_000);
      const pauses: number[] = [];
      for (let go = 0; go < 8; go++) pauses.push(await pauseAfter(pipe, 10_000));
      expect(pauses[0]).toBeLessThan(150);
      expect(pauses.at(-1)).toBe(400);
    });
  });

  it('is held by its owner for as long as the owner wants', async () => {
    const { clock, taken, write, reading } = piped();
    await write(1);
    reading.pause();
    await write(2);
    await clock.advance(1000);
    reading.setGathering(false);
    await settle();
    expect(taken).toEqual([1]);
    reading.resume();
    await settle();
    expect(taken).toEqual([1, 2]);
  });

  it('reads without pauses where none are wanted', async () => {
    const { clock, taken, write } = piped(0);
    await write(1, 2, 3);
    expect(taken).toEqual([1, 2, 3]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describeWith('ffmpeg', 'GatheredOutput of a real pipe', () => {
  it('does not hold up a writer of many short pieces, which fill the pipe soonest', async () => {
    const seconds = 4;
    // 540 kB a second in pieces of 2 kB.
    const args = [
      '-v',
      'error',
      '-re',
      '-f',
      'lavfi',
      '-i',
      'color=gray:size=50x40:rate=270',
      '-t',
      String(seconds),
      '-pix_fmt',
      'gray',
      '-f',
      'rawvideo',
      'pipe:1',
    ];
    const process = new FfmpegProcess({ args, stdin: 'ignore', readsOnDemand: true });
    let bytes = 0;
    let startMs = 0;
    const onChunk = (chunk: Buffer): number => {
      startMs ||= performance.now();
      bytes += chunk.length;
      return Math.floor(chunk.length / 2000);
    };
    new GatheredOutput({ output: process.stdout, gatherMs: 400, clock: systemClock, onChunk });
    await process.ended;
    const tookSeconds = (performance.now() - startMs) / 1000;
    expect(bytes).toBe(2000 * 270 * seconds);
    expect(tookSeconds).toBeLessThan(seconds * 1.4);
  }, 30_000);
});
