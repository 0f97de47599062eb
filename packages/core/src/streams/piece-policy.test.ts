import { trackSamplesOf } from '@nightjar/media';
import { sampleVideoTrack } from '@nightjar/testkit';
import { capturedAt, endOf, jointOf, leadOf, type Piece, pieceOf } from './piece-policy.ts';

const START_MS = 1_000_000;
const TICKS = 9000;
const track = sampleVideoTrack();
const ALL = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** Pictures `from` to `to` of a camera at ten a second, a key picture every tenth, each of its own size. */
const recording = (from: number, to: number, sizeOf = (n: number): number => 100 + ((n * 7919) % 997)) =>
  trackSamplesOf(
    track,
    Array.from({ length: to - from }, (_, index) => {
      const dts = index * TICKS;
      return { trackId: 1, dts, pts: dts, duration: TICKS, isKey: (from + index) % 10 === 0, offset: index * 1000, size: sizeOf(from + index) };
    }),
  );

const piece = (from: number, to: number, lateMs = 0): Piece => pieceOf(recording(from, to), START_MS + from * 100 + lateMs, ALL)!;

describe('pieceOf', () => {
  it.each([
    { fromMs: 0, toMs: 10_000, first: 0, end: 100 },
    { fromMs: 2500, toMs: 4000, first: 20, end: 40 },
    { fromMs: 3000, toMs: 3001, first: 30, end: 31 },
    { fromMs: 2999, toMs: 3000.4, first: 20, end: 30 },
    { fromMs: -500, toMs: 50, first: 0, end: 1 },
    { fromMs: 9990, toMs: 20_000, first: 90, end: 100 },
  ])('takes pictures $first to $end from $fromMs to $toMs', ({ fromMs, toMs, first, end }) => {
    expect(pieceOf(recording(0, 100), START_MS, { fromMs: START_MS + fromMs, toMs: START_MS + toMs })).toMatchObject({ first, end });
  });

  it.each([
    { fromMs: -500, toMs: 0 },
    { fromMs: 10_000, toMs: 20_000 },
  ])('takes nothing from $fromMs to $toMs', ({ fromMs, toMs }) => {
    expect(pieceOf(recording(0, 100), START_MS, { fromMs: START_MS + fromMs, toMs: START_MS + toMs })).toBeUndefined();
  });

  it('takes nothing of a recording without key pictures, and begins with the first one', () => {
    expect(pieceOf(recording(1, 9), START_MS, ALL)).toBeUndefined();
    expect(pieceOf(recording(5, 30), START_MS, ALL)).toMatchObject({ first: 5, end: 25 });
  });

  it('knows when pictures are shown that are not shown in the order they are decoded', () => {
    const samples = recording(0, 20);
    samples.pts.set([2 * TICKS, 4 * TICKS, 3 * TICKS, 6 * TICKS, 5 * TICKS]);
    samples.pts[19] = 18.5 * TICKS;
    const whole = pieceOf(samples, START_MS, ALL)!;
    expect(capturedAt(whole, 0)).toBe(START_MS);
    expect(endOf(whole)).toBeCloseTo(START_MS + 1750, 5);
    samples.pts[11] = 9 * TICKS;
    expect(leadOf({ ...whole, first: 10 })).toBeCloseTo(0.1, 6);
  });
});

describe('jointOf', () => {
  it.each([
    { name: 'right behind', after: piece(50, 80) },
    { name: 'a few ms early, as clocks are', after: piece(50, 80, -30) },
    { name: 'later', after: piece(60, 80) },
  ])('lets a piece follow that begins $name', ({ after }) => {
    expect(jointOf(piece(0, 50), after)).toEqual({ kind: 'follows' });
  });

  it.each([0, 400, -900])('goes on in the very picture, though one recording is %d ms off', (lateMs) => {
    expect(jointOf(piece(0, 57), piece(30, 100, lateMs))).toMatchObject({ kind: 'overlaps' });
    const joint = jointOf(piece(0, 57), piece(30, 100, lateMs));
    expect(joint.kind === 'overlaps' && joint.end - joint.first).toBe(30);
  });

  it.each([
    { when: 'reach into the time of the piece', to: 100 },
    { when: 'lie wholly within its time', to: 50 },
  ])('leaves out nothing of other pictures that $when', ({ to }) => {
    const other = pieceOf(
      recording(30, to, (n) => 5000 + n),
      START_MS + 3000,
      ALL,
    )!;
    expect(jointOf(piece(0, 57), other)).toEqual({ kind: 'follows' });
  });

  it('leaves out what is covered', () => {
    expect(jointOf(piece(0, 100), piece(30, 70))).toEqual({ kind: 'covered' });
  });

  it('does not take pictures of one size for the same', () => {
    const even = (from: number, to: number): Piece =>
      pieceOf(
        recording(from, to, (n) => (n % 10 === 0 ? 900 : 100 + (n % 7))),
        START_MS + from * 100,
        ALL,
      )!;
    const joint = jointOf(even(0, 57), even(30, 100));
    expect(joint).toMatchObject({ kind: 'overlaps' });
    expect(joint.kind === 'overlaps' && joint.end - joint.first).toBe(30);
  });
});
