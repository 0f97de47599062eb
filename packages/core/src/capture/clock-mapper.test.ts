import fc from 'fast-check';
import { monotonicMs, wallMs } from '../model/time.ts';
import { ClockMapper, type MappedTimes } from './clock-mapper.ts';

const WALL = Date.UTC(2026, 0, 1);
const START = { wall: wallMs(WALL), monotonic: monotonicMs(1000) };

/** A mapper and a camera that sends 10 pictures a second. */
class Stream {
  readonly mapper = new ClockMapper(START);
  arrivedMs = 1000;
  rawUs = 0;

  send({ stepUs = 100_000, waitMs = 100, delayUs = 0 }: { stepUs?: number; waitMs?: number; delayUs?: number } = {}): MappedTimes {
    this.rawUs += stepUs;
    this.arrivedMs += waitMs;
    return this.mapper.map('video', { ptsUs: this.rawUs + delayUs, dtsUs: this.rawUs, durationUs: 100_000 }, monotonicMs(this.arrivedMs));
  }

  sendMany(count: number, step: { stepUs?: number; waitMs?: number } = {}): MappedTimes[] {
    return Array.from({ length: count }, () => this.send(step));
  }
}

describe('ClockMapper', () => {
  it('leaves a steady stream as it is, and its wall time is when it came', () => {
    const stream = new Stream();
    const times = stream.sendMany(50);
    expect(times.map(({ dtsUs }) => dtsUs)).toEqual(times.map((_, index) => (index + 1) * 100_000));
    expect(times.map((time) => time.wallMs)).toEqual(times.map((_, index) => WALL + (index + 1) * 100));
    expect(times.some(({ jumped }) => jumped)).toBe(false);
  });

  it('hands out decode times that only rise, and shows nothing before it is decoded, whatever comes in', () => {
    const packet = fc.record({
      dtsUs: fc.integer({ min: -1e9, max: 1e12 }),
      delayUs: fc.integer({ min: -1e6, max: 1e6 }),
      waitMs: fc.integer({ min: 0, max: 20_000 }),
      track: fc.constantFrom('video' as const, 'audio' as const),
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 100 }), (packets) => {
        const mapper = new ClockMapper(START);
        const last = { video: -1, audio: -1 };
        let arrived = 1000;
        for (const { dtsUs, delayUs, waitMs, track } of packets) {
          arrived += waitMs;
          const times = mapper.map(track, { dtsUs, ptsUs: dtsUs + delayUs, durationUs: 1 }, monotonicMs(arrived));
          expect(times.dtsUs).toBeGreaterThan(last[track]);
          expect(times.ptsUs).toBeGreaterThanOrEqual(times.dtsUs);
          expect(Number.isSafeInteger(times.dtsUs) && Number.isSafeInteger(times.ptsUs) && Number.isSafeInteger(times.wallMs)).toBe(true);
          last[track] = times.dtsUs;
        }
      }),
      { numRuns: 200 },
    );
  });

  it('puts video in an order of time in which it came, however its clock jumps', () => {
    const steps = fc.array(fc.record({ stepUs: fc.integer({ min: -1e10, max: 1e10 }), waitMs: fc.integer({ min: 1, max: 5000 }) }), { maxLength: 100 });
    fc.assert(
      fc.property(steps, (sent) => {
        const stream = new Stream();
        const walls = sent.map((step) => stream.send(step).wallMs);
        expect(walls).toEqual(walls.toSorted((a, b) => a - b));
        // Never later than it came.
        expect(walls.at(-1) ?? WALL).toBeLessThanOrEqual(WALL + stream.arrivedMs - 1000);
      }),
      { numRuns: 200 },
    );
  });

  it.each([3_600_000_000, -3_600_000_000, 2_300_000, -100_000])('goes on by one ordinary step when the clock jumps by %d µs', (jumpUs) => {
    const stream = new Stream();
    const before = stream.sendMany(100).at(-1)!;
    const jump = stream.send({ stepUs: jumpUs });
    expect(jump.jumped).toBe(true);
    expect(Math.abs(jump.dtsUs - before.dtsUs - 100_000)).toBeLessThanOrEqual(1);
    const [next] = stream.sendMany(1);
    expect([next!.jumped, next!.dtsUs - jump.dtsUs]).toEqual([false, 100_000]);
  });

  it('takes a long pause for what it is', () => {
    const stream = new Stream();
    const before = stream.sendMany(20).at(-1)!;
    const after = stream.send({ stepUs: 8_000_000, waitMs: 8000 });
    expect([after.jumped, after.dtsUs - before.dtsUs]).toEqual([false, 8_000_000]);
    expect(after.wallMs - before.wallMs).toBe(8000);
  });

  it('keeps its pace while times crawl by one tick after a jump back', () => {
    const stream = new Stream();
    const before = stream.sendMany(20).at(-1)!;
    const crawl = stream.sendMany(100, { stepUs: 11 });
    expect(crawl.every(({ jumped }) => jumped)).toBe(true);
    expect(Math.abs(crawl.at(-1)!.dtsUs - before.dtsUs - 10_000_000)).toBeLessThan(100_000);
    // An hour of it is not off either.
    expect(Math.abs(stream.sendMany(36_000, { stepUs: 11 }).at(-1)!.wallMs - WALL - (stream.arrivedMs - 1000))).toBeLessThan(100);
  });

  it('takes a pause for a pause, also where the clock was set back meanwhile', () => {
    const stream = new Stream();
    const before = stream.sendMany(20).at(-1)!;
    const after = stream.send({ stepUs: -1e9, waitMs: 8000 });
    expect(after.dtsUs - before.dtsUs).toBe(8_000_000);
  });

  it('gives the second of two packets with one time a step of its own', () => {
    const stream = new Stream();
    const first = stream.send();
    const second = stream.send({ stepUs: 0, waitMs: 0 });
    expect(second.dtsUs - first.dtsUs).toBeGreaterThan(30_000);
    expect(second.dtsUs - first.dtsUs).toBeLessThan(70_000);
  });

  it('begins at 0 where a camera begins below', () => {
    const mapper = new ClockMapper(START);
    expect(mapper.map('video', { dtsUs: -80_000, ptsUs: 0, durationUs: 40_000 }, monotonicMs(1000))).toMatchObject({ dtsUs: 0, ptsUs: 80_000 });
  });

  it('keeps sound beside its pictures', () => {
    const stream = new Stream();
    const video = stream.send();
    const audio = stream.mapper.map('audio', { ptsUs: 90_000, dtsUs: 90_000, durationUs: 64_000 }, monotonicMs(stream.arrivedMs));
    expect(video.wallMs - audio.wallMs).toBe(10);
  });

  it('shows pictures later than they are decoded by as much as the camera says', () => {
    const stream = new Stream();
    const times = stream.send({ delayUs: 200_000 });
    expect(times.ptsUs - times.dtsUs).toBe(200_000);
  });

  it('believes the packet that came with the least delay', () => {
    const stream = new Stream();
    stream.arrivedMs += 3000;
    expect(stream.send().wallMs).toBe(WALL + 3100);
    // The rest of what had waited comes at once, then the stream is on time.
    const burst = stream.sendMany(30, { waitMs: 0 });
    expect(burst.at(-1)!.wallMs).toBe(WALL + 3100);
    expect(stream.send().wallMs).toBe(WALL + 3200);
  });

  it.each([400, -400])('follows a clock that drifts by %d ppm for ten hours', (ppm) => {
    const stream = new Stream();
    let worstMs = 0;
    for (let second = 0; second < 36_000; second++) {
      const { wallMs: wall } = stream.send({ stepUs: 1_000_000 + ppm, waitMs: 1000 });
      worstMs = Math.max(worstMs, Math.abs(wall - WALL - (stream.arrivedMs - 1000)));
    }
    expect(worstMs).toBeLessThanOrEqual(10);
  });

  it('follows by 500 ppm at most', () => {
    const stream = new Stream();
    const early = stream.sendMany(200).at(-1)!;
    // From now on everything comes 5 s later than it was.
    stream.arrivedMs += 5000;
    const late = stream.sendMany(6000);
    const mediaMs = (late.at(-1)!.dtsUs - early.dtsUs) / 1000;
    const slewMs = late.at(-1)!.wallMs - early.wallMs - mediaMs;
    expect(slewMs).toBeGreaterThan(250);
    expect(slewMs).toBeLessThanOrEqual((605_000 * 500) / 1e6);
  });

  it('never looks at the calendar again', () => {
    // Nothing but `map` is called: the calendar was read once, at the start.
    const stream = new Stream();
    expect(stream.sendMany(1000).at(-1)!.wallMs).toBe(WALL + 100_000);
  });
});
