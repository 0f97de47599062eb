// Reads what a receiver says over RTCP: reports (RFC 3550 §6.4), lost packets (RFC 4585 §6.2.1), wishes for a key picture (RFC 4585 §6.3.1, RFC 5104 §4.3.1).
import { MediaError } from './media-error.ts';

/** What a receiver says of one sender (RFC 3550 §6.4.1). */
export interface ReportBlock {
  readonly kind: 'report';
  /** Whom it is about. */
  readonly ssrc: number;
  /** 0…1 of the packets since the report before. */
  readonly fractionLost: number;
  /** Of all packets; below 0 where some came twice. */
  readonly packetsLost: number;
  /** Highest sequence number so far, with how often it began anew in the upper 16 bits. */
  readonly highestSequence: number;
  /** Ticks of the media's clock. */
  readonly jitter: number;
  /** The sender report that came last, as `shortNtp` writes it; 0: none came. */
  readonly lastReport: number;
  /** Since that one came, in 1/65536 s. */
  readonly delay: number;
}

/** Something a receiver says. `ssrc`: whom it is about. */
export type RtcpMessage =
  | ReportBlock
  | { readonly kind: 'lost'; readonly ssrc: number; readonly sequences: readonly number[] }
  | { readonly kind: 'key-wanted'; readonly ssrc: number }
  | { readonly kind: 'goodbye'; readonly ssrc: number };

const REPORT_BYTES = 24;

/** Everything in a compound packet that matters to a sender; other kinds are passed over. @throws MediaError where it is none, or ends too soon. */
export function readRtcp(packet: Uint8Array): readonly RtcpMessage[] {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const messages: RtcpMessage[] = [];
  for (let at = 0; at < packet.length; ) {
    if (at + 4 > packet.length || view.getUint8(at) >> 6 !== 2) throw new MediaError('This is no RTCP packet.');
    const end = at + 4 + 4 * view.getUint16(at + 2);
    if (end > packet.length) throw new MediaError('An RTCP packet ends before its length says.');
    messages.push(...readOne(view, at, end));
    at = end;
  }
  return messages;
}

function readOne(view: DataView, at: number, end: number): readonly RtcpMessage[] {
  const count = view.getUint8(at) & 31;
  switch (view.getUint8(at + 1)) {
    case 200:
      return readReports(view, { at: at + 28, end, count });
    case 201:
      return readReports(view, { at: at + 8, end, count });
    case 203:
      return words(view, at + 4, Math.min(end, at + 4 + 4 * count)).map((ssrc) => ({ kind: 'goodbye', ssrc }));
    case 205:
      return count === 1 && at + 12 <= end ? [{ kind: 'lost', ssrc: view.getUint32(at + 8), sequences: readLost(view, at + 12, end) }] : [];
    case 206:
      return readWishes(view, { at, end, format: count });
    default:
      return [];
  }
}

function readReports(view: DataView, { at, end, count }: { readonly at: number; readonly end: number; readonly count: number }): readonly ReportBlock[] {
  const reports: ReportBlock[] = [];
  for (let block = at; block + REPORT_BYTES <= end && reports.length < count; block += REPORT_BYTES) {
    reports.push({
      kind: 'report',
      ssrc: view.getUint32(block),
      fractionLost: view.getUint8(block + 4) / 256,
      packetsLost: (view.getInt32(block + 4) << 8) >> 8,
      highestSequence: view.getUint32(block + 8),
      jitter: view.getUint32(block + 12),
      lastReport: view.getUint32(block + 16),
      delay: view.getUint32(block + 20),
    });
  }
  return reports;
}

/** Pairs of a sequence number and a mask of the 16 after it. */
function readLost(view: DataView, at: number, end: number): readonly number[] {
  const sequences: number[] = [];
  for (let pair = at; pair + 4 <= end; pair += 4) {
    const first = view.getUint16(pair);
    const mask = view.getUint16(pair + 2);
    sequences.push(first);
    for (let bit = 0; bit < 16; bit++) if ((mask & (1 << bit)) !== 0) sequences.push((first + bit + 1) & 0xffff);
  }
  return sequences;
}

function readWishes(view: DataView, { at, end, format }: { readonly at: number; readonly end: number; readonly format: number }): readonly RtcpMessage[] {
  if (at + 12 > end) return [];
  if (format === 1) return [{ kind: 'key-wanted', ssrc: view.getUint32(at + 8) }];
  // A full intra request names its senders in entries of 8 bytes.
  if (format === 4) {
    const entries = words(view, at + 12, end).filter((_, index) => index % 2 === 0);
    return entries.map((ssrc) => ({ kind: 'key-wanted', ssrc }));
  }
  return [];
}

function words(view: DataView, at: number, end: number): readonly number[] {
  const found: number[] = [];
  for (let word = at; word + 4 <= end; word += 4) found.push(view.getUint32(word));
  return found;
}
