// What ffmpeg makes of video: whether it decodes without a complaint, and how many pictures there are.
import { spawn } from 'node:child_process';
import { Fmp4Reader, type Sample } from '@nightjar/media';
import type { RecordedPart } from '@nightjar/testkit/homekit';

/** What a decoder said. */
export interface Decoded {
  readonly complaints: string;
  readonly pictures: number;
}

/** Decodes every picture. @param format - As ffmpeg calls it: `h264` of annex B, `mp4`. */
export function decode(format: 'h264' | 'mp4', data: Buffer): Promise<Decoded> {
  const child = spawn('ffmpeg', ['-v', 'error', '-f', format, '-i', 'pipe:0', '-map', '0:v', '-f', 'framecrc', 'pipe:1'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let frames = '';
  let complaints = '';
  child.stdout.on('data', (text) => (frames += String(text)));
  child.stderr.on('data', (text) => (complaints += String(text)));
  child.stdin.on('error', () => {});
  child.stdin.end(data);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve({ complaints, pictures: frames.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length }));
  });
}

/** A recording's video in time. */
export interface RecordedVideo {
  readonly samples: readonly Sample[];
  /** Whether every fragment's first picture is a key picture. */
  readonly beginsWithKeys: boolean;
  /** Places where a picture does not follow the one before at once. */
  readonly gaps: number;
  /** Seconds of each fragment. */
  readonly seconds: readonly number[];
  readonly hasSound: boolean;
}

/** Reads what a hub received. @throws MediaError where it is no fragmented MP4. */
export function readRecording(parts: readonly RecordedPart[]): RecordedVideo {
  const reader = new Fmp4Reader();
  let videoId = 0;
  let timescale = 1;
  let hasSound = false;
  const fragments: Sample[][] = [];
  for (const { data, kind } of parts) {
    const items = [...reader.push(data)];
    for (const item of items) {
      if (item.type !== 'init') continue;
      const video = item.tracks.find((track) => track.kind === 'video');
      videoId = video?.trackId ?? 0;
      timescale = video?.timescale ?? 1;
      hasSound = item.tracks.some((track) => track.kind === 'audio');
    }
    if (kind === 'mediaFragment')
      fragments.push(items.flatMap((item) => (item.type === 'samples' ? item.samples : [])).filter(({ trackId }) => trackId === videoId));
  }
  const samples = fragments.flat();
  const follows = (index: number): boolean => {
    const before = samples[index - 1];
    return before === undefined || Math.abs((samples[index]?.dts ?? 0) - before.dts - before.duration) <= timescale / 1000;
  };
  return {
    samples,
    beginsWithKeys: fragments.every(([first]) => first?.isKey === true),
    gaps: samples.filter((_, index) => !follows(index)).length,
    seconds: fragments.map((fragment) => fragment.reduce((sum, { duration }) => sum + duration, 0) / timescale),
    hasSound,
  };
}
