// AAC frames in which nothing is heard, for stretches without sound: players keep picture and sound together only where sound goes on.
import type { AudioTrack } from './track.ts';

/** Samples of sound in a frame of AAC-LC. */
const AAC_FRAME_TICKS = 1024;

/** A raw data block of AAC-LC (ISO/IEC 14496-3 §4.4.2) whose spectrum is empty, by number of channels. */
const SILENT_FRAMES: Readonly<Record<number, Uint8Array>> = {
  1: Uint8Array.of(0x00, 0xc8, 0x00, 0x80, 0x23, 0x80),
  2: Uint8Array.of(0x21, 0x00, 0x49, 0x90, 0x02, 0x19, 0x00, 0x23, 0x80),
};

/** A frame without sound and how long it lasts, in samples of sound; `undefined` where none is known for the track. */
export const silentFrame = (track: AudioTrack): { readonly data: Uint8Array; readonly ticks: number } | undefined => {
  const data = track.codecString === 'mp4a.40.2' ? SILENT_FRAMES[track.channels] : undefined;
  return data === undefined ? undefined : { data, ticks: AAC_FRAME_TICKS };
};

/** What makes two sound tracks the same to a decoder: tracks that differ here cannot follow each other in one file. */
export const soundKind = ({ codecString, sampleRate, channels }: AudioTrack): string => `${codecString} ${sampleRate} Hz ${channels} channels`;
