// Packets on their way into ffmpeg as Matroska, which leaves the times to us, so they say which frames are wanted: those with an
// odd one. That holds in whatever order a stream shows its frames, and whichever of them damage swallows.
import { MATROSKA_TICK_US, matroskaFrameHead } from '@nightjar/media';
import type { Packet } from '../../model/packet.ts';

/** The filter that lets wanted frames pass. */
export const WANTED = 'select=mod(pts\\,2)';

/**
 * Arguments that read such a stream from stdin.
 *
 * @param isProbed - Whether ffmpeg decodes the first frames twice, to see how far they are reordered; the head says everything else.
 */
export const feedArgs = ({ isProbed }: { readonly isProbed: boolean }): string[] => [
  ...(isProbed ? [] : ['-nofind_stream_info']),
  ...['-copyts', '-f', 'matroska', '-i', 'pipe:0'],
];

/** What comes before a packet's data. The order of times stays; they are exact to twice {@link MATROSKA_TICK_US}. */
export const frameHead = ({ data, ptsUs, isKey }: Pick<Packet, 'data' | 'ptsUs' | 'isKey'>, isWanted: boolean): Uint8Array =>
  matroskaFrameHead(2 * Math.round(ptsUs / (2 * MATROSKA_TICK_US)) + (isWanted ? 1 : 0), data.length, isKey);
