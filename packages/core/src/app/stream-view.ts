// One of a camera's streams as clients see it.
import type { CameraStream } from '@nightjar/client';
import type { StreamFacts } from '../capture/stream-facts.ts';
import type { StreamInfo } from '../model/packet.ts';

/** The stream in the contract's words. @param info - Of the newest run, if there was one. */
export function streamView(stream: CameraStream['stream'], info: StreamInfo | undefined, facts: StreamFacts): CameraStream {
  const { codecString = '', width = 0, height = 0 } = info?.video ?? {};
  const { fps, bitrateKbps, gopSeconds, hasBFrames } = facts;
  const measured = { stream, codec: codecString, width, height, fps, bitrateKbps, gopSeconds, hasBFrames };
  if (info?.audio === undefined) return measured;
  const { codecString: codec, sampleRate, channels } = info.audio;
  return { ...measured, audio: { codec, sampleRate, channels } };
}
