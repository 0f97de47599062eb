// Packets for tests that look at times and sizes only.
import { sampleVideoTrack } from '@nightjar/testkit';
import type { Packet, StreamInfo } from '../src/model/packet.ts';
import { mediaUs, wallMs } from '../src/model/time.ts';

/** Wall time of media time 0 in these packets: 2026-01-01T00:00:00Z. */
export const PACKETS_START_MS = Date.UTC(2026, 0, 1);

/** What a packet should be; times in milliseconds from the start. */
export interface PacketShape {
  readonly ms: number;
  readonly isKey?: boolean;
  readonly track?: 'video' | 'audio';
  readonly bytes?: number;
  readonly durationMs?: number;
  /** Shown so much later than decoded. */
  readonly delayMs?: number;
}

/** One packet. */
export const packetAt = ({ ms, isKey = false, track = 'video', bytes = 100, durationMs = 100, delayMs = 0 }: PacketShape): Packet => ({
  track,
  data: new Uint8Array(bytes),
  ptsUs: mediaUs((ms + delayMs) * 1000),
  dtsUs: mediaUs(ms * 1000),
  durationUs: durationMs * 1000,
  isKey: isKey || track === 'audio',
  wallMs: wallMs(PACKETS_START_MS + ms + delayMs),
});

/** Pictures at 10 a second from `fromMs` to `toMs` (not included), a key picture every `gopMs`. */
export const picturesOf = (fromMs: number, toMs: number, options: { readonly gopMs?: number; readonly bytes?: number } = {}): Packet[] => {
  const { gopMs = 1000, bytes = 100 } = options;
  return Array.from({ length: Math.ceil((toMs - fromMs) / 100) }, (_, index) => {
    const ms = fromMs + index * 100;
    return packetAt({ ms, isKey: ms % gopMs === 0, bytes });
  });
};

/** A stream of these packets. */
export const packetStream: StreamInfo = { video: sampleVideoTrack() };
