// Pictures as recorders send them.

/** More than any camera sends, and than a recorder makes. */
export const MOST_JPEG_BYTES = 32 * 1024 * 1024;

/** Whether it begins as a JPEG does (SOI marker, ITU-T T.81 §B.1.1.3). */
export const isJpeg = (bytes: Buffer): boolean => bytes.length > 3 && bytes.readUInt16BE(0) === 0xffd8;
