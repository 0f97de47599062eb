// A clip of made-up access units, for tests of the transport that decode nothing.
import { sampleVideoTrack } from '../fakes/sample-track.ts';
import type { ClipUnit, MediaClip } from './media-clip.ts';

/** How the clip should be. */
export interface SampleClipOptions {
  readonly frames?: number;
  readonly fps?: number;
  readonly gopFrames?: number;
  readonly width?: number;
  readonly height?: number;
  /** Size of one NAL unit, in bytes. */
  readonly nalBytes?: number;
}

/** Video without sound; the bytes of every frame differ. */
export function sampleClip(options: SampleClipOptions = {}): MediaClip {
  const { frames = 20, fps = 50, gopFrames = 10, width = 640, height = 360, nalBytes = 3000 } = options;
  const units = Array.from({ length: frames }, (_, index): ClipUnit => {
    const isKey = index % gopFrames === 0;
    const data = new Uint8Array(4 + nalBytes).fill(index + 1);
    new DataView(data.buffer).setUint32(0, nalBytes);
    data[4] = isKey ? 0x65 : 0x41;
    return { track: 'video', data, ptsSeconds: index / fps, dtsSeconds: index / fps, isKey };
  });
  return { video: sampleVideoTrack({ width, height }), units, durationSeconds: frames / fps };
}
