// Looks at a camera before it is written into a configuration.
import { systemClock } from '../adapters/clock/system-clock.ts';
import { FfmpegCameraSource } from '../adapters/ffmpeg/ffmpeg-camera-source.ts';
import { probeSource } from '../app/probe-source.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { parseSource } from '../model/source.ts';
import type { ProbeSource } from './command.ts';

const WATCH_SECONDS = 5;
const CONNECT_WITHIN_MS = 10_000;

/** The real `ProbeSource`. */
export const probeCamera: ProbeSource = async (url, signal) => {
  const source = parseSource(url);
  if (source === undefined) throw new RecorderError('PROBE_FAILED', 'the source cannot be opened: its URL is incomplete');
  const found = await probeSource(
    { source, cameras: new FfmpegCameraSource(systemClock), clock: systemClock, seconds: WATCH_SECONDS, connectTimeoutMs: CONNECT_WITHIN_MS },
    signal,
  );
  const { codec, width, height, fps, bitrateKbps, warnings } = found;
  return { facts: [`${source.label}: ${codec} ${width}x${height}, ${fps} fps, ${bitrateKbps} kb/s`, ...warnings.map((warning) => `! ${warning}`)].join('\n') };
};
