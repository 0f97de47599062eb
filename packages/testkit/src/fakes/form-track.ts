// What a stream that is encoded anew says it is.
import type { LiveTracks } from '@nightjar/client';
import type { LiveWish } from '@nightjar/core';
import { sampleAudioTrack, sampleOpusTrack, sampleVideoTrack } from './sample-track.ts';

/** The track of a form, made of what the camera sends: no larger than that, and in its shape. */
export function formTrack(form: NonNullable<LiveWish['form']>, { video }: LiveTracks): LiveTracks {
  if (form.codec === 'opus') return { audio: sampleOpusTrack(form.sampleRate, form.channels) };
  if (form.codec === 'aac') return { audio: sampleAudioTrack(form.sampleRate, form.channels) };
  const { width, height } = video ?? sampleVideoTrack();
  const scale = Math.min(1, form.width / width, form.height / height);
  const even = (pixels: number): number => Math.max(2, 2 * Math.round((pixels * scale) / 2));
  return { video: sampleVideoTrack({ width: even(width), height: even(height) }) };
}
