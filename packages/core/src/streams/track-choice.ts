// What a run of a camera offers, as viewers want it: with sound, without, and sound alone.
import type { LiveTracks } from '@nightjar/client';
import type { Track } from '@nightjar/media';
import type { StreamInfo } from '../model/packet.ts';
import type { WantedTracks } from './live-wish.ts';

/** What a run offers. The same objects for as long as the tracks are the same, so that viewers need not begin anew. */
export interface TrackChoice {
  readonly all: LiveTracks;
  readonly video: LiveTracks;
  /** Absent: there is no sound. */
  readonly audio?: LiveTracks;
}

/** The tracks a viewer hears of; `undefined` where there are none of those it wants. */
export const tracksFor = ({ video, audio }: WantedTracks, choice: TrackChoice): LiveTracks | undefined => {
  if (!video) return choice.audio;
  return audio ? choice.all : choice.video;
};

/** The run's tracks; the ones of before where they are the same. */
export function choiceOf({ video, audio }: StreamInfo, before: TrackChoice | undefined): TrackChoice {
  const isSameVideo = sameTrack(before?.video.video, video);
  const isSameAudio = before !== undefined && sameTrack(before.all.audio, audio);
  const silent: LiveTracks = before !== undefined && isSameVideo ? before.video : { video };
  if (audio === undefined) return { all: before !== undefined && isSameVideo && isSameAudio ? before.all : { video }, video: silent };
  const alone: LiveTracks = before?.audio !== undefined && isSameAudio ? before.audio : { audio };
  return { all: before !== undefined && isSameVideo && isSameAudio ? before.all : { video, audio }, video: silent, audio: alone };
}

/** Whether two tracks are read the same way. */
export const sameTrack = (a: Track | undefined, b: Track | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.trackId === b.trackId && a.timescale === b.timescale && sameBytes(a.sampleEntry, b.sampleEntry);

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);
