// RTCP as a viewer writes and reads it: reports (RFC 3550 §6.4), lost packets and lost pictures (RFC 4585 §6.2.1, §6.3.1), goodbye (§6.6).

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const CNAME = 1;
const HEADER_BYTES = 4;

/** What a sender says of itself. */
export interface SenderReport {
  readonly ssrc: number;
  /** Seconds since 1900. */
  readonly ntpSeconds: number;
  readonly timestamp: number;
  readonly packets: number;
  readonly bytes: number;
}

/** What a receiver says of a sender. */
export interface ReceptionReport {
  readonly ssrc: number;
  readonly senderSsrc: number;
  /** 0…1 since the last report. */
  readonly fractionLost: number;
  readonly lost: number;
  readonly highestSequence: number;
}

/** One packet of a compound. */
export interface RtcpPart {
  readonly type: number;
  /** The five bits that count or name a format. */
  readonly count: number;
  readonly body: Buffer;
}

/** Takes a compound apart. @throws Error where a length goes beyond the end. */
export function rtcpParts(compound: Buffer): readonly RtcpPart[] {
  const parts: RtcpPart[] = [];
  for (let at = 0; at + HEADER_BYTES <= compound.length; ) {
    const end = at + HEADER_BYTES + 4 * compound.readUInt16BE(at + 2);
    if (end > compound.length) throw new Error(`an RTCP packet says it ends at ${end} of ${compound.length} bytes`);
    parts.push({ type: compound[at + 1] ?? 0, count: (compound[at] ?? 0) & 31, body: compound.subarray(at + HEADER_BYTES, end) });
    at = end;
  }
  return parts;
}

/** The sender reports of a compound. */
export function senderReports(compound: Buffer): readonly SenderReport[] {
  return rtcpParts(compound)
    .filter(({ type }) => type === SENDER_REPORT)
    .map(({ body }) => ({
      ssrc: body.readUInt32BE(0),
      ntpSeconds: body.readUInt32BE(4) + body.readUInt32BE(8) / 2 ** 32,
      timestamp: body.readUInt32BE(12),
      packets: body.readUInt32BE(16),
      bytes: body.readUInt32BE(20),
    }));
}

/** Whether a compound says goodbye. */
export const saysGoodbye = (compound: Buffer): boolean => rtcpParts(compound).some(({ type }) => type === GOODBYE);

/** A receiver report and the description that a compound needs (RFC 3550 §6.1). */
export function receiverReport({ ssrc, senderSsrc, fractionLost, lost, highestSequence }: ReceptionReport): Buffer {
  const body = Buffer.alloc(28);
  body.writeUInt32BE(ssrc, 0);
  body.writeUInt32BE(senderSsrc, 4);
  body[8] = Math.round(fractionLost * 255);
  body.writeUIntBE(Math.min(lost, 0x7fffff), 9, 3);
  body.writeUInt32BE(highestSequence, 12);
  return Buffer.concat([part(RECEIVER_REPORT, 1, body), description(ssrc)]);
}

/** Asks for packets again; they must lie within 17 numbers of the first one. */
export function nack(ssrc: number, senderSsrc: number, sequences: readonly [number, ...number[]]): Buffer {
  const [first, ...others] = sequences;
  const body = feedback(ssrc, senderSsrc, 4);
  body.writeUInt16BE(first, 8);
  const mask = others.reduce((bits, sequence) => bits | (1 << (((sequence - first) & 0xffff) - 1)), 0);
  body.writeUInt16BE(mask, 10);
  return Buffer.concat([emptyReport(ssrc), part(TRANSPORT_FEEDBACK, 1, body)]);
}

/** Says that a picture was lost: a key frame is wanted. */
export const pictureLoss = (ssrc: number, senderSsrc: number): Buffer =>
  Buffer.concat([emptyReport(ssrc), part(PAYLOAD_FEEDBACK, 1, feedback(ssrc, senderSsrc, 0))]);

/** Says that this source leaves. */
export const goodbye = (ssrc: number): Buffer => Buffer.concat([emptyReport(ssrc), part(GOODBYE, 1, uint32(ssrc))]);

const emptyReport = (ssrc: number): Buffer => part(RECEIVER_REPORT, 0, uint32(ssrc));

function description(ssrc: number): Buffer {
  const name = Buffer.from('viewer', 'utf8');
  const items = Buffer.concat([uint32(ssrc), Buffer.from([CNAME, name.length]), name]);
  // At least one zero ends the list; the chunk is a multiple of 4 bytes.
  return part(SOURCE_DESCRIPTION, 1, Buffer.concat([items, Buffer.alloc(4 - (items.length % 4))]));
}

function feedback(ssrc: number, senderSsrc: number, more: number): Buffer {
  const body = Buffer.alloc(8 + more);
  body.writeUInt32BE(ssrc, 0);
  body.writeUInt32BE(senderSsrc, 4);
  return body;
}

function part(type: number, count: number, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = 0x80 | count;
  header[1] = type;
  header.writeUInt16BE(body.length / 4, 2);
  return Buffer.concat([header, body]);
}

function uint32(value: number): Buffer {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(value);
  return data;
}
