// The Range header: which bytes of a file are wanted (RFC 9110 §14). Pure.

/** Bytes from `start` up to and without `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a request asks for: the whole, a part, or a part that is not there. */
export type WantedBytes = 'all' | 'none' | ByteRange;

/** Whether a Range header asks for anything but the first bytes. */
export const isContinuation = (header: string | undefined): boolean => /^bytes=\s*(?:0*[1-9]\d*\s*-|-)/i.test(header ?? '');

/**
 * Reads a Range header. Several ranges, other units and what cannot be understood mean the whole file, which everybody who asks for a part must be ready for.
 *
 * @param size - Of the file, in bytes.
 */
export function wantedBytes(header: string | undefined, size: number): WantedBytes {
  const [, first, last] = /^bytes=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'all';
  if (first === '') return Number(last) === 0 || size === 0 ? 'none' : { start: Math.max(0, size - Number(last)), end: size };
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'all';
  if (start >= size) return 'none';
  return { start, end: last === '' ? size : Math.min(size, Number(last) + 1) };
}
