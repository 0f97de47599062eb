// `nightjar probe`: what a source is.

import type { ProbeReport } from '@nightjar/client';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { FfmpegCameraSource } from '../../adapters/ffmpeg/ffmpeg-camera-source.ts';
import { probeSource } from '../../app/probe-source.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import { parseSource, SOURCE_SCHEMES } from '../../model/source.ts';
import { SYNTHETIC_SCENES } from '../../model/synthetic-scene.ts';
import { nearestWord } from '../../util/nearest-word.ts';
import type { Command } from '../command.ts';
import { startProgress } from '../progress.ts';

const CONNECT_WITHIN_MS = 10_000;
const LONGEST_SECONDS = 600;

/** `nightjar probe`. */
export const probeCommand: Command = {
  name: 'probe',
  summary: 'say what a camera or file is: codec, size, frame rate, key frames, warnings',
  arguments: [{ name: 'URL', description: 'rtsp(s)://, http(s)://, file:, v4l2: or synthetic:', required: true }],
  options: [{ flags: '--seconds <n>', description: 'how long to watch', default: '8' }],
  examples: [
    { line: 'nightjar probe rtsp://user:password@192.0.2.10/main', does: 'Watches a camera for 8 seconds and describes its stream.' },
    { line: 'nightjar probe file:porch.mp4 --json', does: 'Describes a file, for a program.' },
  ],
  run: async (args, io) => {
    const [text = ''] = args.positionals;
    const source = parseSource(text);
    if (source === undefined) throw new RecorderError('USAGE', unknownSource(text));
    const seconds = Number(args.options['seconds']);
    if (!(seconds >= 1 && seconds <= LONGEST_SECONDS))
      throw new RecorderError('USAGE', `--seconds: expected 1 to ${LONGEST_SECONDS}, got ${JSON.stringify(args.options['seconds'])}`);
    const progress = startProgress({ io, clock: systemClock, label: source.label, total: seconds, unit: 's' });
    const started = systemClock.monotonic();
    const stopTicking = systemClock.every(200, () => progress.update((systemClock.monotonic() - started) / 1000));
    try {
      const found = await probeSource(
        { source, cameras: new FfmpegCameraSource(systemClock), clock: systemClock, seconds, connectTimeoutMs: CONNECT_WITHIN_MS },
        io.signal,
      );
      progress.end();
      io.stdout.write(args.json ? `${JSON.stringify({ source: source.label, ...found })}\n` : describe(source.label, found));
      return 0;
    } finally {
      stopTicking();
      progress.end();
    }
  },
};

function unknownSource(text: string): string {
  const scheme = /^[A-Za-z0-9+.-]+:/.exec(text)?.[0] ?? '';
  const known = `expected one of ${SOURCE_SCHEMES.join(' ')}`;
  if (scheme === 'synthetic:') return `there is no such scene; expected synthetic: or synthetic:NAME of ${SYNTHETIC_SCENES.join(', ')}`;
  if (SOURCE_SCHEMES.includes(scheme))
    return `the source is incomplete or has characters that don't belong there; for instance rtsp://192.0.2.10/main, file:clip.mp4, v4l2:/dev/video0`;
  if (scheme === '') return `${JSON.stringify(text)} does not say what kind of source it is, ${known}; a video file is file:PATH`;
  const nearest = nearestWord(scheme, SOURCE_SCHEMES);
  return `unknown kind of source ${JSON.stringify(scheme)}, ${known}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}`;
}

function describe(label: string, found: ProbeReport): string {
  const { codec, width, height, fps, gopSeconds, bitrateKbps, audio, hasBFrames, warnings } = found;
  const rows = [
    ['video', `${codec} ${width}x${height}`],
    ['frames', `${fps} a second${hasBFrames ? ', with B-frames' : ''}`],
    ['key frames', gopSeconds === 0 ? 'only one seen' : `every ${gopSeconds} s`],
    ['bit rate', `${bitrateKbps} kb/s`],
    ['audio', audio === null ? 'none' : `${audio.codec} ${audio.sampleRate} Hz, ${audio.channels === 1 ? 'mono' : `${audio.channels} channels`}`],
  ];
  const width1 = Math.max(...rows.map(([name = '']) => name.length));
  return [label, ...rows.map(([name = '', value = '']) => `  ${name.padEnd(width1)}  ${value}`), ...warnings.map((warning) => `  ! ${warning}`), ''].join('\n');
}
