// What a viewer asked for, checked and with every default filled in.
import type { AudioForm, LiveOptions, LiveStream, VideoForm } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { LiveForm, SoundForm } from '../model/live-form.ts';

/** Which tracks are wanted. */
export interface WantedTracks {
  readonly video: boolean;
  readonly audio: boolean;
}

/** A live stream as somebody wants it. With a `form`, exactly one track is. */
export interface LiveWish extends WantedTracks {
  readonly stream: LiveStream;
  readonly preRollSeconds: number;
  readonly form?: LiveForm;
}

/** What a form may say, at least and at most. H.264 level 4.0 (Annex A, table A-1) has room for no larger picture. */
export const FORM_BOUNDS = {
  width: [16, 1920],
  height: [16, 1920],
  fps: [1, 60],
  kbps: [16, 20_000],
  gopSeconds: [0.5, 10],
  audioKbps: [6, 320],
} as const;

/** Hz that sound can be had with, channels, and milliseconds of an Opus packet. */
export const SOUND_CHOICES = { sampleRate: [8000, 16_000, 24_000, 48_000], channels: [1, 2], frameMs: [20, 40, 60] } as const;

const PACKET_MS = 20;

/** @throws RecorderError `INPUT_INVALID` for what cannot be had, in one sentence. */
export function liveWish({ stream = 'main', preRollSeconds = 0, video, audio }: Pick<LiveOptions, 'stream' | 'preRollSeconds' | 'video' | 'audio'>): LiveWish {
  if (stream !== 'main' && stream !== 'sub') throw refused(`stream is ${shown(stream)}; expected main or sub`);
  const about = { stream, preRollSeconds };
  if (typeof video === 'object') {
    if (audio !== undefined && audio !== false) throw refused('video that is encoded anew comes without sound: ask for the sound in a stream of its own');
    return { ...about, video: true, audio: false, form: checkedVideo(video) };
  }
  if (typeof audio === 'object') {
    if (video === true) throw refused('sound that is encoded anew comes without video: ask for the video in a stream of its own');
    return { ...about, video: false, audio: true, form: checkedSound(audio) };
  }
  if (video === false && audio === false) throw refused('neither video nor sound is wanted; expected one of them at least');
  return { ...about, video: video ?? true, audio: audio ?? true };
}

function checkedVideo(form: VideoForm): VideoForm {
  const { codec, width, height, fps, kbps, gopSeconds } = form;
  if (codec !== 'h264') throw refused(`video is wanted as ${shown(codec)}; expected h264`);
  for (const key of ['width', 'height', 'fps', 'kbps', 'gopSeconds'] as const) checkBounds(key, form[key], FORM_BOUNDS[key]);
  return { codec, width: Math.round(width), height: Math.round(height), fps, kbps: Math.round(kbps), gopSeconds };
}

function checkedSound(form: AudioForm): SoundForm {
  const { codec, sampleRate, channels, kbps, frameMs } = form;
  if (codec !== 'aac' && codec !== 'opus') throw refused(`sound is wanted as ${shown(codec)}; expected aac or opus`);
  checkChoice('sampleRate', sampleRate, SOUND_CHOICES.sampleRate);
  checkChoice('channels', channels, SOUND_CHOICES.channels);
  checkBounds('kbps of sound', kbps, FORM_BOUNDS.audioKbps);
  const same = { sampleRate, channels, kbps: Math.round(kbps) };
  if (codec === 'opus') {
    checkChoice('frameMs', frameMs ?? PACKET_MS, SOUND_CHOICES.frameMs);
    return { ...same, codec, frameMs: frameMs ?? PACKET_MS };
  }
  if (frameMs !== undefined) throw refused('frameMs is for opus: a frame of AAC has 1024 samples always');
  return { ...same, codec };
}

function checkBounds(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (typeof value !== 'number' || !(value >= least && value <= most)) throw refused(`${name} is ${shown(value)}; expected a number from ${least} to ${most}`);
}

function checkChoice(name: string, value: number, choices: readonly number[]): void {
  if (!choices.includes(value)) throw refused(`${name} is ${shown(value)}; expected ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`);
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : typeof value === 'number' ? String(value) : 'missing or no number';

const refused = (message: string): RecorderError => new RecorderError('INPUT_INVALID', message);
