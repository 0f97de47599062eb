// Cuts NAL units into RTP payloads: H.264 in mode 1 (RFC 6184 §5), H.265 (RFC 7798 §4).
import { nalType } from './nal.ts';
import type { VideoTrack } from './track.ts';

/** One payload, in two parts so that a picture is not copied before it is sent: `head`, then `body`. */
export interface RtpPayload {
  readonly head: Uint8Array;
  /** A view of what was given, where it is a part of a NAL unit or a whole one. */
  readonly body: Uint8Array;
}

type Codec = VideoTrack['codec'];

const NOTHING = new Uint8Array(0);
const H264_STAP_A = 24;
const H264_FU_A = 28;
const H265_AP = 48;
const H265_FU = 49;

/**
 * Payloads of one access unit, in order; the last one carries the marker. What comes before a picture (parameter sets) travels
 * together; slices are never aggregated, which not every receiver takes.
 *
 * @param maxBytes - Largest payload, at least 64.
 */
export function rtpPayloads(codec: Codec, nals: readonly Uint8Array[], maxBytes: number): readonly RtpPayload[] {
  const payloads: RtpPayload[] = [];
  let group: Uint8Array[] = [];
  let groupBytes = 0;
  const flush = (): void => {
    const [only] = group;
    if (group.length === 1 && only !== undefined) payloads.push({ head: NOTHING, body: only });
    else if (group.length > 1) payloads.push({ head: NOTHING, body: aggregate(codec, group, groupBytes) });
    group = [];
    groupBytes = 0;
  };
  const headerBytes = codec === 'h264' ? 1 : 2;
  for (const nal of nals) {
    if (nal.length <= headerBytes) continue;
    if (nal.length > maxBytes) {
      flush();
      fragment(codec, nal, maxBytes, payloads);
      continue;
    }
    const isSlice = codec === 'h264' ? nalType(nal, codec) <= 5 : nalType(nal, codec) < 32;
    if (isSlice || headerBytes + groupBytes + 2 + nal.length > maxBytes) flush();
    group.push(nal);
    groupBytes += 2 + nal.length;
    if (isSlice) flush();
  }
  flush();
  return payloads;
}

/** One packet with several units, each after its 16-bit length (RFC 6184 §5.7.1, RFC 7798 §4.4.2). */
function aggregate(codec: Codec, nals: readonly Uint8Array[], bytes: number): Uint8Array {
  const headerBytes = codec === 'h264' ? 1 : 2;
  const payload = new Uint8Array(headerBytes + bytes);
  if (codec === 'h264') payload[0] = H264_STAP_A | Math.max(...nals.map((nal) => (nal[0] ?? 0) & 0x60));
  else payload.set([H265_AP << 1, 1]);
  let at = headerBytes;
  for (const nal of nals) {
    payload[at] = nal.length >> 8;
    payload[at + 1] = nal.length;
    payload.set(nal, at + 2);
    at += 2 + nal.length;
  }
  return payload;
}

/** A unit that is too large for one packet (RFC 6184 §5.8, RFC 7798 §4.4.3). */
function fragment(codec: Codec, nal: Uint8Array, maxBytes: number, payloads: RtpPayload[]): void {
  const headerBytes = codec === 'h264' ? 1 : 2;
  const type = nalType(nal, codec);
  const first = nal[0] ?? 0;
  const room = maxBytes - headerBytes - 1;
  for (let at = headerBytes; at < nal.length; at += room) {
    const flags = (at === headerBytes ? 0x80 : 0) | (at + room >= nal.length ? 0x40 : 0) | type;
    const head = codec === 'h264' ? Uint8Array.of((first & 0xe0) | H264_FU_A, flags) : Uint8Array.of((first & 0x81) | (H265_FU << 1), nal[1] ?? 0, flags);
    payloads.push({ head, body: nal.subarray(at, at + room) });
  }
}
