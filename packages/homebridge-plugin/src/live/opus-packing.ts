// Puts several Opus frames into one packet (RFC 6716 §3.2), so that one encoder serves viewers that want longer packets.

/** Frames of one Opus packet. */
interface OpusFrames {
  /** The upper six bits of the first byte: how the frames are coded, and whether there are two channels. */
  readonly coding: number;
  readonly frames: readonly Uint8Array[];
  /** Of each frame. */
  readonly durationUs: number;
}

/** Largest number of bytes of a frame and of milliseconds of a packet (§3.4). */
const MOST_FRAME_BYTES = 1275;
const MOST_PACKET_US = 120_000;

/** Duration of an Opus packet in microseconds; 0 where it is none. */
export const opusDurationUs = (packet: Uint8Array): number => {
  const parsed = opusFrames(packet);
  return parsed === undefined ? 0 : parsed.durationUs * parsed.frames.length;
};

/** One packet with the frames of all, in order; nothing where they are coded differently, or too long together. */
export function packOpus(packets: readonly Uint8Array[]): Uint8Array | undefined {
  const [first] = packets;
  if (packets.length === 1) return first;
  const parsed = packets.map(opusFrames);
  const [head] = parsed;
  if (head === undefined || parsed.some((other) => other?.coding !== head.coding)) return undefined;
  const frames = parsed.flatMap((other) => other?.frames ?? []);
  if (frames.length * head.durationUs > MOST_PACKET_US) return undefined;
  const lengths = frames.slice(0, -1).flatMap(({ length }) => lengthBytes(length));
  const bytes = new Uint8Array(2 + lengths.length + frames.reduce((sum, { length }) => sum + length, 0));
  // Code 3, lengths of their own, no padding.
  bytes.set([(head.coding << 2) | 3, 0x80 | frames.length, ...lengths]);
  let at = 2 + lengths.length;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

/** Frames of a packet; nothing where it breaks the rules of §3.4. */
function opusFrames(packet: Uint8Array): OpusFrames | undefined {
  const first = packet[0];
  if (first === undefined) return undefined;
  const frames = framesOf(packet, first & 3);
  if (frames === undefined || frames.some(({ length }) => length > MOST_FRAME_BYTES)) return undefined;
  const durationUs = frameDurationUs(first >> 3);
  return durationUs * frames.length > MOST_PACKET_US ? undefined : { coding: first >> 2, frames, durationUs };
}

function framesOf(packet: Uint8Array, code: number): readonly Uint8Array[] | undefined {
  const body = packet.subarray(1);
  if (code === 0) return [body];
  if (code === 1) return body.length % 2 === 0 ? [body.subarray(0, body.length / 2), body.subarray(body.length / 2)] : undefined;
  if (code === 2) {
    const size = readLength(body, 0);
    const end = size === undefined ? Number.POSITIVE_INFINITY : size.at + size.length;
    return size === undefined || end > body.length ? undefined : [body.subarray(size.at, end), body.subarray(end)];
  }
  return manyFrames(body);
}

/** Code 3 (§3.2.5): a count with two flags, how much padding there is, lengths of all frames but the last, the frames, the padding. */
function manyFrames(body: Uint8Array): readonly Uint8Array[] | undefined {
  const head = body[0] ?? 0;
  const count = head & 63;
  const padding = (head & 0x40) === 0 ? { bytes: 0, at: 1 } : readPadding(body);
  const sizes = (head & 0x80) === 0 ? { lengths: [], at: padding.at } : readLengths(body, padding.at, count - 1);
  if (sizes === undefined || count === 0) return undefined;
  const left = body.length - sizes.at - padding.bytes - sizes.lengths.reduce((sum, length) => sum + length, 0);
  const each = left / (count - sizes.lengths.length);
  if (left < 0 || !Number.isInteger(each)) return undefined;
  const lengths = [...sizes.lengths, ...Array.from({ length: count - sizes.lengths.length }, () => each)];
  let at = sizes.at;
  return lengths.map((length) => body.subarray(at, (at += length)));
}

function readPadding(body: Uint8Array): { readonly bytes: number; readonly at: number } {
  let bytes = 0;
  for (let at = 1; ; at++) {
    const more = body[at] ?? 0;
    bytes += Math.min(more, 254);
    if (more < 255) return { bytes, at: at + 1 };
  }
}

function readLengths(body: Uint8Array, from: number, count: number): { readonly lengths: readonly number[]; readonly at: number } | undefined {
  const lengths: number[] = [];
  let at = from;
  while (lengths.length < count) {
    const size = readLength(body, at);
    if (size === undefined) return undefined;
    lengths.push(size.length);
    at = size.at;
  }
  return { lengths, at };
}

/** A length of one or two bytes (§3.2.1). */
function readLength(bytes: Uint8Array, at: number): { readonly length: number; readonly at: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 252) return { length: first, at: at + 1 };
  const second = bytes[at + 1];
  return second === undefined ? undefined : { length: second * 4 + first, at: at + 2 };
}

const lengthBytes = (length: number): readonly number[] => (length < 252 ? [length] : [252 + (length & 3), (length - 252 - (length & 3)) >> 2]);

/** By the number of the configuration (§3.1, table 2). */
function frameDurationUs(configuration: number): number {
  if (configuration < 12) return [10_000, 20_000, 40_000, 60_000][configuration & 3] ?? 0;
  if (configuration < 16) return (configuration & 1) === 0 ? 10_000 : 20_000;
  return [2500, 5000, 10_000, 20_000][configuration & 3] ?? 0;
}
