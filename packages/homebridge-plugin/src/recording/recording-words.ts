// A recording for Home in words, for the log and for whoever asks why there is no clip.
import type { RecordingWish, VideoChoice } from './recording-choice-policy.ts';

/** What the reasons of HomeKit Data Stream's `dataSend/close` mean, by their number. */
const REASONS: readonly string[] = [
  'the hub closed it',
  'it is not allowed',
  'the hub is busy',
  'the hub cancelled it',
  'the hub does not support it',
  'something unexpected failed at the hub',
  'the hub waited too long',
  'the hub could not read it',
  'the hub saw an error of the protocol',
  'the hub does not accept the configuration',
];
const NORMAL_REASON = 0;
const FIRST_BAD_REASON = 4;

/** @param reason - Absent: the connection is gone. */
export const closeWords = (reason: number | undefined): string =>
  reason === undefined
    ? 'the connection of the hub is gone'
    : `${REASONS[reason] ?? 'the hub closed it for an unknown reason'}${reason === NORMAL_REASON ? '' : ` (${reason})`}`;

/** Whether the recording was no good to the hub. */
export const isBadReason = (reason: number | undefined): boolean => reason !== undefined && reason >= FIRST_BAD_REASON;

/** What was asked for. */
export const wishWords = ({ width, height, fps, kbps, sound }: RecordingWish): string =>
  `${width}x${height} at ${fps}, ${kbps} kbit/s, ${sound === undefined ? 'no sound' : `AAC ${sound.sampleRate / 1000} kHz`}`;

/** What was sent. */
export const choiceWords = ({ stream, form, why }: VideoChoice, soundFrames: number | undefined): string => {
  const picture =
    form === undefined
      ? `copied${why === undefined ? '' : ` (${why})`}`
      : `encoded for ${form.width}x${form.height} at ${form.fps}, ${form.kbps} kbit/s (${why ?? 'wanted so'})`;
  return `${stream} ${picture}, ${soundFrames === undefined ? 'no sound' : soundFrames === 0 ? 'silence, as no sound came' : 'with sound'}`;
};
