// A frame is one decoded picture, never a packet.
import type { MediaUs, WallMs } from './time.ts';

/** A decoded luma picture of analysis size. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Row-major, one byte a pixel, `width * height` long. Only valid until the callback it was given to returns. */
  readonly luma: Uint8Array;
  readonly ptsUs: MediaUs;
  readonly wallMs: WallMs;
}
