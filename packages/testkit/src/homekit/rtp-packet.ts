// RTP packets (RFC 3550 §5.1) as bytes and as facts.

/** A packet without its encryption. */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
}

export const RTP_HEADER_BYTES = 12;

/** Whether a packet on a port both share is RTCP (RFC 5761 §4). */
export const isRtcp = (packet: Uint8Array): boolean => (packet[1] ?? 0) >= 192 && (packet[1] ?? 0) <= 223;

/** Bytes before the payload: fixed header, contributing sources, extension. @throws Error where the packet is shorter. */
export function headerBytes(packet: Buffer): number {
  const first = packet[0] ?? 0;
  if (first >> 6 !== 2) throw new Error(`an RTP packet says version ${first >> 6}`);
  const fixed = RTP_HEADER_BYTES + 4 * (first & 15);
  return (first & 0x10) === 0 ? fixed : fixed + 4 + 4 * packet.readUInt16BE(fixed + 2);
}

/** Reads a packet that is not encrypted. */
export function readRtp(packet: Buffer): RtpPacket {
  const second = packet[1] ?? 0;
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: packet.subarray(headerBytes(packet)),
  };
}

/** Writes a packet without contributing sources, extension or padding. */
export function writeRtp({ payloadType, marker, sequence, timestamp, ssrc, payload }: RtpPacket): Buffer {
  const header = Buffer.alloc(RTP_HEADER_BYTES);
  header[0] = 0x80;
  header[1] = payloadType | (marker ? 0x80 : 0);
  header.writeUInt16BE(sequence, 2);
  header.writeUInt32BE(timestamp, 4);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, payload]);
}
