// Box headers and the walk through the boxes inside a box (ISO/IEC 14496-12 §4.2).
import { MediaError } from './media-error.ts';

/** What the first bytes of a box say. */
export interface BoxHeader {
  /** Four characters. */
  readonly type: string;
  /** Bytes of the whole box, header included; 0: it reaches to the end of the file. */
  readonly size: number;
  /** Bytes of the header: 8, or 16 with a 64-bit size. */
  readonly headerSize: 8 | 16;
}

/** A box within some bytes. */
export interface BoxSpan {
  readonly type: string;
  readonly start: number;
  /** Offset of what is behind the header. */
  readonly body: number;
  readonly end: number;
}

/** How many bytes are enough for any box header. */
export const MAX_BOX_HEADER_BYTES = 16;

const u32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) * 0x1000000 + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));

/**
 * Reads the header of the box that begins at `offset`.
 *
 * @returns `undefined` where `bytes` end before the header does.
 * @throws MediaError for a size smaller than the header or too large to be true, and for a type that is not text.
 */
export const parseBoxHeader = (bytes: Uint8Array, offset = 0): BoxHeader | undefined => {
  if (bytes.length - offset < 8) return undefined;
  const size32 = u32(bytes, offset);
  const type = String.fromCharCode(bytes[offset + 4] ?? 0, bytes[offset + 5] ?? 0, bytes[offset + 6] ?? 0, bytes[offset + 7] ?? 0);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) throw new MediaError('This is not an MP4 box: its type is not text.');
  if (size32 === 1) {
    if (bytes.length - offset < 16) return undefined;
    const size = u32(bytes, offset + 8) * 2 ** 32 + u32(bytes, offset + 12);
    if (size < 16 || size > Number.MAX_SAFE_INTEGER) throw new MediaError(`The box ${type} has an impossible size.`);
    return { type, size, headerSize: 16 };
  }
  if (size32 !== 0 && size32 < 8) throw new MediaError(`The box ${type} has an impossible size (${size32}).`);
  return { type, size: size32, headerSize: 8 };
};

/**
 * Calls `visit` for each box between `start` and `end`. Fewer than eight bytes at the end are ignored.
 *
 * @throws MediaError where a box runs over `end`.
 */
export const forEachBox = (bytes: Uint8Array, start: number, end: number, visit: (box: BoxSpan) => void): void => {
  let offset = start;
  while (end - offset >= 8) {
    const header = parseBoxHeader(bytes, offset);
    if (header === undefined || header.size === 0 || header.size > end - offset) {
      throw new MediaError(`The box ${header?.type ?? ''} is longer than the box around it.`);
    }
    visit({ type: header.type, start: offset, body: offset + header.headerSize, end: offset + header.size });
    offset += header.size;
  }
};

/** The whole of `bytes` as one box of `type`. @throws MediaError where it is not. */
export const spanOf = (bytes: Uint8Array, type: string): BoxSpan => {
  const header = parseBoxHeader(bytes);
  if (header === undefined || header.type !== type || header.size !== bytes.length) throw new MediaError(`These bytes are not one whole ${type} box.`);
  return { type, start: 0, body: header.headerSize, end: header.size };
};

/** The first box of `type` directly inside `parent`. */
export const findBox = (bytes: Uint8Array, parent: BoxSpan, type: string): BoxSpan | undefined => {
  let found: BoxSpan | undefined;
  forEachBox(bytes, parent.body, parent.end, (box) => {
    if (box.type === type) found ??= box;
  });
  return found;
};

/** Like `findBox`, down a path. @throws MediaError where one of them is missing. */
export const requireBox = (bytes: Uint8Array, parent: BoxSpan, ...path: readonly string[]): BoxSpan => {
  let span = parent;
  for (const type of path) {
    const found = findBox(bytes, span, type);
    if (found === undefined) throw new MediaError(`The box ${span.type} has no ${type} inside.`);
    span = found;
  }
  return span;
};
