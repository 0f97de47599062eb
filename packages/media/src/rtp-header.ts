// The fixed header of an RTP packet (RFC 3550 §5.1).
import { MediaError } from './media-error.ts';

/** Bytes of a header without contributing sources or extension, as we write it. */
export const RTP_HEADER_BYTES = 12;

/** What the header of a packet says. */
export interface RtpHeader {
  /** 0…127. */
  readonly payloadType: number;
  readonly marker: boolean;
  /** 0…65535. */
  readonly sequence: number;
  /** Ticks of the media's clock, 32 bits. */
  readonly timestamp: number;
  readonly ssrc: number;
}

/** Writes a header to the beginning of `target`. */
export function writeRtpHeader(target: Uint8Array, header: RtpHeader): void {
  target[0] = 0x80;
  target[1] = (header.marker ? 0x80 : 0) | header.payloadType;
  target[2] = header.sequence >> 8;
  target[3] = header.sequence;
  putU32(target, 4, header.timestamp);
  putU32(target, 8, header.ssrc);
}

/** Reads a header. `headerBytes`: where the payload begins. @throws MediaError where `packet` is no RTP packet. */
export function readRtpHeader(packet: Uint8Array): RtpHeader & { readonly headerBytes: number } {
  const first = packet[0] ?? 0;
  if (packet.length < RTP_HEADER_BYTES || first >> 6 !== 2) throw new MediaError('This is no RTP packet.');
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  let headerBytes = RTP_HEADER_BYTES + 4 * (first & 15);
  if ((first & 0x10) !== 0) {
    if (headerBytes + 4 > packet.length) throw new MediaError('An RTP packet ends within its header extension.');
    headerBytes += 4 + 4 * view.getUint16(headerBytes + 2);
  }
  if (headerBytes > packet.length) throw new MediaError('An RTP packet ends within its header.');
  const second = packet[1] ?? 0;
  return {
    payloadType: second & 0x7f,
    marker: second >= 0x80,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    headerBytes,
  };
}

/** Whether a datagram of a port that carries both is RTCP, by its packet type (RFC 5761 §4). */
export const isRtcp = (datagram: Uint8Array): boolean => {
  const type = datagram[1] ?? 0;
  return type >= 192 && type <= 223;
};

function putU32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}
