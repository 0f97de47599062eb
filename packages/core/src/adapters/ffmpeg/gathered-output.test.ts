import { Readable } from 'node:stream';
import { FakeClock, settle } from '@nightjar/testkit';
import { GatheredOutput } from './gathered-output.ts';

/** A pipe that is filled by hand. */
function piped(gatherMs = 400) {
  const clock = new FakeClock();
  const output = new Readable({ highWaterMark: 1, read: () => undefined });
  const taken: number[] = [];
  const reading = new GatheredOutput({ output, gatherMs, clock, onChunk: (chunk) => taken.push(chunk.length) });
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

  it('pauses ever shorter for a writer that fills the pipe, then not at all, and tries longer pauses again later', async () => {
    const { clock, taken, write } = piped();
    const goMs = async (): Promise<number> => {
      await write(65_536, 65_536, 60_000, 1);
      for (let ms = 0; ; ms += 25) {
        if (taken.at(-1) === 1) return ms;
        await clock.advance(25);
      }
    };
    const pauses: number[] = [];
    for (let go = 0; go < 10; go++) pauses.push(await goMs());
    expect(pauses).toEqual([400, 200, 200, 100, 100, 50, 50, 0, 0, 0]);
    await clock.advance(30_000);
    expect(await goMs()).toBe(400);
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
