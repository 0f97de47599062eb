// Sequence parameter sets of either codec.
import { parseH264Sps } from './h264-sps.ts';
import { parseH265Sps } from './h265-sps.ts';
import type { SpsFacts } from './sps-facts.ts';

/** Reads a sequence parameter set of either codec. @throws MediaError */
export const parseSps = (nal: Uint8Array, codec: 'h264' | 'h265'): SpsFacts => (codec === 'h264' ? parseH264Sps(nal) : parseH265Sps(nal));
