// JPEGs as ffmpeg's `smjpeg` muxer prints them.

/** What comes before the first picture. */
export const SMJPEG_HEADER = Buffer.from('\0\nSMJPEG\0\0\0\0\0\0\0\0_TXT\0\0\0\x04noteHEND', 'latin1');

/** One picture and its time. */
export const smjpegChunk = (timeMs: number, jpeg: Uint8Array): Buffer => {
  const head = Buffer.from('vidD\0\0\0\0\0\0\0\0', 'latin1');
  head.writeUInt32BE(timeMs, 4);
  head.writeUInt32BE(jpeg.length, 8);
  return Buffer.concat([head, jpeg]);
};
