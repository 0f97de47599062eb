// Decoders as they are, with something around each frame.
import type { FrameDecoderFactory, FrameDecoderRequest } from '../ports/frame-decoder.ts';

/** @param around - Called for each frame; `give` passes it on. */
export function aroundFrames(decoders: FrameDecoderFactory, around: (give: () => void) => void): FrameDecoderFactory {
  const wrapped = <Wanted extends FrameDecoderRequest>(wanted: Wanted): Wanted => ({ ...wanted, onFrame: (frame) => around(() => wanted.onFrame(frame)) });
  return {
    open: (wanted) => decoders.open(wrapped(wanted)),
    openForKeyFrames: (wanted) => decoders.openForKeyFrames(wrapped(wanted)),
  };
}
