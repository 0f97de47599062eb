// Packets on their way into ffmpeg as Matroska, which leaves the times to us, so they say what is wanted of a frame: bits 0 and 1.
// That holds in whatever order a stream shows its frames, and whichever of them damage swallows.
import { MATROSKA_TICK_US, matroskaFrameHead } from '@nightjar/media';
import type { PicturePacket } from '../../ports/picture-maker.ts';

/** What a frame is decoded for. */
const PURPOSE = { others: 0, frame: 1, picture: 2 } as const;
/** As many as two bits can say. */
const MARKS = 4;

/** Microseconds by which times of frames must differ: ffmpeg puts its own in place of one that comes twice. */
export const TIME_STEP_US = MARKS * MATROSKA_TICK_US;

/** The filter that lets frames of a purpose pass. */
export const only = (purpose: 'frame' | 'picture'): string => `select=eq(mod(pts\\,${MARKS})\\,${PURPOSE[purpose]})`;

/**
 * Arguments that read such a stream from stdin.
 *
 * @param isProbed - Whether ffmpeg decodes the first frames twice, to see how far they are reordered; the head says everything else.
 */
export const feedArgs = ({ isProbed }: { readonly isProbed: boolean }): string[] => [
  ...(isProbed ? [] : ['-nofind_stream_info']),
  ...['-copyts', '-f', 'matroska', '-i', 'pipe:0'],
];

/** What comes before a packet's data. The order of times stays; they are exact to {@link TIME_STEP_US}. */
export const frameHead = ({ data, ptsUs, isKey }: PicturePacket, purpose: keyof typeof PURPOSE): Uint8Array =>
  matroskaFrameHead(MARKS * Math.round(ptsUs / TIME_STEP_US) + PURPOSE[purpose], data.length, isKey);
