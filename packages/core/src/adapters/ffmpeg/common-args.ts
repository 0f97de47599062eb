// Arguments that several ffmpeg jobs share.

/** One that talks of errors only. One thread: frame threads would hold frames back and cost memory. */
export const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-threads', '1'] as const;

/** Makes JPEGs of the frames of `filters`. JPEG wants all levels, which a camera rarely uses. */
export const jpegArgs = (filters: readonly string[]): string[] => [
  ...['-vf', [...filters, 'format=yuvj420p'].join(',')],
  ...['-vsync', 'passthrough', '-c:v', 'mjpeg', '-q:v', '4', '-threads', '1'],
];
