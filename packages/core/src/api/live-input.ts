// How a live stream is asked for in an address, and what that means.
import type { AudioForm, LiveOptions } from '@nightjar/client';
import * as Type from 'typebox';
import { RecorderError } from '../errors/recorder-error.ts';
import { FORM_BOUNDS, liveWish, SOUND_CHOICES } from '../streams/live-wish.ts';
import { cameraId } from './schemas.ts';

/** The pre-roll is at most as long as this, too. */
const LONGEST_PRE_ROLL_SECONDS = 300;

const bounded = ([minimum, maximum]: readonly [number, number], description: string) => Type.Optional(Type.Number({ minimum, maximum, description }));
const choice = <T extends number>(choices: readonly T[], description: string) => Type.Optional(Type.Enum([...choices], { type: 'integer', description }));

/** Parameters of live streams. */
export const liveInput = Type.Object(
  {
    id: cameraId,
    stream: Type.Enum(['main', 'sub'], {
      default: 'main',
      description: 'The stream that is recorded, or the smaller one of `detect.source`; a camera without one sends the main stream.',
    }),
    preRollSeconds: Type.Number({
      default: 0,
      minimum: 0,
      maximum: LONGEST_PRE_ROLL_SECONDS,
      description:
        'Seconds to begin further back than the newest key frame, as far as the camera’s pre-roll in memory reaches. Sound alone begins with what comes next, or so far back.',
    }),
    video: Type.Optional(
      Type.Enum(['true', 'false', 'h264'], {
        description: 'Whether video comes, as the camera sends it; `h264`: encoded anew, alone. Default: true, false where sound is encoded anew.',
      }),
    ),
    width: bounded(FORM_BOUNDS.width, 'With `video=h264`: width at most; the shape of the picture stays, and nothing is made larger. Default 1280.'),
    height: bounded(FORM_BOUNDS.height, 'With `video=h264`: height at most. Default 720.'),
    fps: bounded(FORM_BOUNDS.fps, 'With `video=h264`: frames a second at most. Default 30.'),
    kbps: bounded(FORM_BOUNDS.kbps, 'With `video=h264`: kbit/s. Default 2000.'),
    gopSeconds: bounded(FORM_BOUNDS.gopSeconds, 'With `video=h264`: seconds from key frame to key frame at most. Default 2.'),
    audio: Type.Optional(
      Type.Enum(['true', 'false', 'aac', 'opus'], {
        description:
          'Whether sound comes with it, where the camera has sound; `aac` or `opus`: in that form, alone, encoded anew where the camera sends another. ' +
          'Default: true, false where video is encoded anew.',
      }),
    ),
    sampleRate: choice(SOUND_CHOICES.sampleRate, 'With `audio=aac` or `opus`: Hz. Default 48000.'),
    channels: choice(SOUND_CHOICES.channels, 'With `audio=aac` or `opus`: channels. Default 1.'),
    audioKbps: bounded(FORM_BOUNDS.audioKbps, 'With `audio=aac` or `opus`: kbit/s. Default 64 and 32.'),
    frameMs: choice(SOUND_CHOICES.frameMs, 'With `audio=opus`: milliseconds of a packet. Default 20.'),
  },
  { additionalProperties: false },
);

type LiveInput = Type.Static<typeof liveInput>;

const OF_VIDEO = ['width', 'height', 'fps', 'kbps', 'gopSeconds'] as const;
const OF_SOUND = ['sampleRate', 'channels', 'audioKbps', 'frameMs'] as const;

/** @throws RecorderError `INPUT_INVALID` for what does not go together. */
export function wishOf(input: LiveInput): LiveOptions {
  const { stream, preRollSeconds } = input;
  if (input.video !== 'h264') refuseAny(input, OF_VIDEO, 'video=h264');
  if (input.audio !== 'aac' && input.audio !== 'opus') refuseAny(input, OF_SOUND, 'audio=aac or audio=opus');
  const video = videoOf(input);
  const audio = audioOf(input);
  const wanted = { stream, preRollSeconds, ...(video === undefined ? {} : { video }), ...(audio === undefined ? {} : { audio }) };
  liveWish(wanted);
  return wanted;
}

function videoOf({ video, width = 1280, height = 720, fps = 30, kbps = 2000, gopSeconds = 2 }: LiveInput): LiveOptions['video'] {
  return video === 'h264' ? { codec: video, width, height, fps, kbps, gopSeconds } : switchOf(video);
}

function audioOf({ audio, sampleRate = 48_000, channels = 1, audioKbps, frameMs }: LiveInput): LiveOptions['audio'] {
  if (audio !== 'aac' && audio !== 'opus') return switchOf(audio);
  const kbps = audioKbps ?? (audio === 'opus' ? 32 : 64);
  const form: AudioForm = { codec: audio, sampleRate, channels, kbps };
  return frameMs === undefined ? form : { ...form, frameMs };
}

const switchOf = (word: 'true' | 'false' | undefined): boolean | undefined => (word === undefined ? undefined : word === 'true');

function refuseAny(input: LiveInput, names: readonly (keyof LiveInput)[], where: string): void {
  const found = names.find((name) => input[name] !== undefined);
  if (found !== undefined) throw new RecorderError('INPUT_INVALID', `${found} is given without ${where}, which alone it is for`);
}
