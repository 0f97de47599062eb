// Arguments that several ffmpeg jobs share.

/** One that talks of errors only. One thread: frame threads would hold frames back and cost memory. */
export const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-threads', '1'] as const;

/** Makes JPEGs of the frames of `filters`. JPEG wants all levels, which a camera rarely uses. */
export const jpegArgs = (filters: readonly string[]): string[] => [
  ...['-vf', [...filters, 'format=yuvj420p'].join(',')],
  ...['-vsync', 'passthrough', '-c:v', 'mjpeg', '-q:v', '4', '-threads', '1'],
];

/** Prints JPEGs for `SmjpegPictures`, each at once. The encoder would round times to frames of the rate it guesses. */
export const TIMED_JPEGS = ['-enc_time_base', '1:1000', '-flush_packets', '1', '-f', 'smjpeg'] as const;
