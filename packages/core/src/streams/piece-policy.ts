// Which pictures of a recording belong into a span of time, and where one recording goes on in the next. Pure.
import type { TrackSamples } from '@nightjar/media';

/** How many pictures may be shown out of order. */
const MOST_REORDERED = 32;
/** Times are kept in whole milliseconds. */
const ROUNDING_MS = 0.5;
/** How far apart two recordings may place the same picture in time. */
const SAME_WITHIN_MS = 2000;
/** How many pictures must be alike for two recordings to hold the same ones. */
const ALIKE = 12;

/** Pictures `first` to `end` (not among them) of a recording. */
export interface Piece {
  readonly pictures: TrackSamples;
  /** When the recording's first picture was captured. */
  readonly startMs: number;
  /** When that picture is shown, in ticks of the recording. */
  readonly zero: number;
  readonly first: number;
  readonly end: number;
}

/** How two pieces go together. */
export type Joint =
  /** The two hold other pictures, whatever the calendar says of them: it may have been set back, and clocks of cameras run fast. */
  | { readonly kind: 'follows' }
  /** The first is to end before its picture `end`, because the second has that one too, as its picture `first`, and goes on from there. */
  | { readonly kind: 'overlaps'; readonly end: number; readonly first: number }
  /** The second holds nothing that the first does not. */
  | { readonly kind: 'covered' };

const timeAt = ({ pts }: TrackSamples, index: number): number => pts[index] ?? 0;

const earliestOf = ({ pts }: TrackSamples, first: number, end: number): number =>
  pts.subarray(first, Math.min(end, first + MOST_REORDERED)).reduce((least, time) => Math.min(least, time), Infinity);

type Recording = Pick<Piece, 'pictures' | 'startMs' | 'zero'>;

/** When a picture was captured, in ms since 1970. */
export const capturedAt = ({ pictures, startMs, zero }: Recording, index: number): number =>
  startMs + ((timeAt(pictures, index) - zero) * 1000) / pictures.track.timescale;

/** When the picture of a piece that is shown last is over. */
export const endOf = (piece: Piece): number => {
  const { pictures, first, end } = piece;
  let last = first;
  for (let index = Math.max(first, end - MOST_REORDERED); index < end; index++) if (timeAt(pictures, index) >= timeAt(pictures, last)) last = index;
  return capturedAt(piece, last) + ((pictures.durations[last] ?? 0) * 1000) / pictures.track.timescale;
};

const keyAtOrBefore = (recording: Recording, timeMs: number, from: number): number => {
  let found = from;
  for (let key = from; key >= 0 && capturedAt(recording, key) <= timeMs + ROUNDING_MS; key = recording.pictures.keys.indexOf(1, key + 1)) found = key;
  return found;
};

/**
 * The pictures of a recording from the key picture at or before `fromMs` up to the last one before `toMs`.
 *
 * @returns `undefined` where there is none.
 */
export const pieceOf = (pictures: TrackSamples, startMs: number, span: { readonly fromMs: number; readonly toMs: number }): Piece | undefined => {
  const whole = { pictures, startMs, zero: earliestOf(pictures, 0, pictures.count) };
  const firstKey = pictures.keys.indexOf(1);
  if (firstKey < 0) return undefined;
  const first = keyAtOrBefore(whole, span.fromMs, firstKey);
  let end = pictures.count;
  while (end > first && capturedAt(whole, end - 1) > span.toMs - ROUNDING_MS) end -= 1;
  const piece = { ...whole, first, end };
  return end > first && endOf(piece) > span.fromMs ? piece : undefined;
};

/** How long before the first picture of a piece others of it are shown, in seconds. */
export const leadOf = ({ pictures, first, end }: Piece): number => (timeAt(pictures, first) - earliestOf(pictures, first, end)) / pictures.track.timescale;

/**
 * How a piece goes on in the next one, which begins later or at the same time. Where both hold the same pictures (an event's
 * pre-roll reaches into the event before it), each is to be shown once: they are told by their sizes, which no two stretches of video share.
 */
export const jointOf = (before: Piece, after: Piece): Joint => {
  const endMs = endOf(before);
  const halfMs = ((after.pictures.durations[after.first] ?? 0) * 500) / after.pictures.track.timescale;
  if (capturedAt(after, after.first) > endMs - halfMs) return { kind: 'follows' };
  const last = Math.min(keyAtOrBefore(after, endMs, after.first), after.end - 1);
  for (let first = last; first >= after.first; first--) {
    const end = after.pictures.keys[first] === 1 ? sameIn(before, after, first) : undefined;
    if (end !== undefined) return endOf(after) <= endMs + halfMs ? { kind: 'covered' } : { kind: 'overlaps', end, first };
  }
  return { kind: 'follows' };
};

/** Where a key picture of one piece is in another: of several that are alike, the nearest in time. */
const sameIn = (before: Piece, after: Piece, at: number): number | undefined => {
  const timeMs = capturedAt(after, at);
  let nearest: { readonly index: number; readonly apartMs: number } = { index: -1, apartMs: SAME_WITHIN_MS };
  for (let index = before.first; index >= 0 && index < before.end; index = before.pictures.keys.indexOf(1, index + 1)) {
    const apartMs = Math.abs(capturedAt(before, index) - timeMs);
    if (apartMs > nearest.apartMs) continue;
    const count = Math.min(ALIKE, before.end - index, after.end - at);
    const [these, those] = [before.pictures.sizes.subarray(index, index + count), after.pictures.sizes.subarray(at, at + count)];
    if (these.every((size, offset) => size === those[offset])) nearest = { index, apartMs };
  }
  return nearest.index < 0 ? undefined : nearest.index;
};
