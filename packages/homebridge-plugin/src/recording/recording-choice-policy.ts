// What a recording is made of: a stream of the camera as it is, or one that is encoded for it.
import type { AudioForm, Camera, CameraStream, LiveStream, VideoForm } from '@nightjar/client';
import { GOP_TOLERANCE } from './picture-cutter.ts';

/** What the home hub chose of what it was offered. */
export interface RecordingWish {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kbps: number;
  /** Longest a fragment may be. */
  readonly fragmentMs: number;
  readonly prebufferMs: number;
  /** Hz of AAC-LC mono, and its kbit/s. Absent: it wants no sound now. */
  readonly sound?: { readonly sampleRate: number; readonly kbps: number } | undefined;
}

/** Where the pictures come from. */
export interface VideoChoice {
  readonly stream: LiveStream;
  /** Absent: they are copied. */
  readonly form?: VideoForm;
  /** Why they are encoded, in words. */
  readonly why?: string;
}

/** Limits that are no wish of the hub's. */
export interface ChoiceLimits {
  /** kbit/s that are copied at most, and encoded at most. */
  readonly maxKbps: number;
  /** Streams that turned out not to be fit for copying, whatever they say of themselves. */
  readonly notCopied: ReadonlySet<LiveStream>;
}

/** A smaller one is not worth keeping, though it costs nothing. */
const LEAST_SIDE = 720;
/** 16x16 blocks of a picture at level 4.0, the highest that is offered (H.264 table A-1): 1920x1080 has 8160. */
const MOST_BLOCKS = 8192;
/** A second of pictures is at least so much, whatever a hub chose. */
const LEAST_KBPS = 200;
const SOUND_RATES: readonly AudioForm['sampleRate'][] = [8000, 16_000, 24_000, 48_000];
const SOUND_KBPS = { least: 12, most: 64 } as const;

/** A recorder of an older version only says what it knows of the main stream; it copies, and so must we if that is possible at all. */
const streamsOf = ({ streams, state }: Camera): readonly CameraStream[] => streams ?? [{ ...state, stream: 'main', hasBFrames: false }];

/** Why a stream cannot be copied, in words; `undefined` where it can. What is not known of it counts against it: encoding works whatever comes. */
const whyNot = (stream: CameraStream, wish: RecordingWish, { maxKbps, notCopied }: ChoiceLimits): string | undefined => {
  const { codec, width, height, gopSeconds, bitrateKbps, hasBFrames } = stream;
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  if (notCopied.has(stream.stream)) return 'copying it failed lately';
  if (codec === '' || gopSeconds <= 0 || bitrateKbps <= 0) return 'nothing is known of it yet';
  if (codec !== 'h264') return `${codec} is not H.264`;
  if (hasBFrames) return 'it has B-frames';
  if (gopSeconds * 1000 > wish.fragmentMs * (1 + GOP_TOLERANCE)) return `its key frames are ${gopSeconds.toFixed(1)} s apart`;
  if (blocks > MOST_BLOCKS) return `${width}x${height} is larger than 1080p`;
  if (bitrateKbps > maxKbps) return `${Math.round(bitrateKbps)} kbit/s is above ${maxKbps}`;
  return undefined;
};

const shortSide = ({ width, height }: CameraStream): number => Math.min(width, height);

/**
 * Chooses: the sub stream as it is, if it is no smaller than 720p; the main stream as it is; else one of them encoded, without waiting for facts.
 *
 * @param camera - As the recorder described it last; `undefined` where nothing did.
 */
export const chooseVideo = (camera: Camera | undefined, wish: RecordingWish, limits: ChoiceLimits): VideoChoice => {
  const streams = camera === undefined ? [] : streamsOf(camera);
  const [main, sub] = (['main', 'sub'] as const).map((name) => streams.find(({ stream }) => stream === name));
  const isSubLarge = sub !== undefined && shortSide(sub) >= LEAST_SIDE;
  if (isSubLarge && whyNot(sub, wish, limits) === undefined) return { stream: 'sub' };
  const why = main === undefined ? 'nothing is known of it yet' : whyNot(main, wish, limits);
  if (why === undefined) return { stream: 'main' };
  // Decoding the smaller one is cheaper, and no loss where it is as large as what is wanted.
  const stream = isSubLarge && shortSide(sub) >= Math.min(wish.width, wish.height) ? 'sub' : 'main';
  return { stream, form: videoForm(wish, limits.maxKbps), why };
};

/** The same stream encoded, for when copying it turned out to be impossible. */
export const encodeInstead = ({ stream }: VideoChoice, wish: RecordingWish, maxKbps: number, why: string): VideoChoice => ({
  stream,
  form: videoForm(wish, maxKbps),
  why,
});

/** Two groups of pictures a fragment: a camera that sends fewer pictures than it says must not make one group too long. */
const videoForm = ({ width, height, fps, kbps, fragmentMs }: RecordingWish, maxKbps: number): VideoForm => ({
  codec: 'h264',
  width,
  height,
  fps,
  kbps: Math.max(LEAST_KBPS, Math.min(kbps, maxKbps)),
  gopSeconds: Math.max(1, fragmentMs / 2000),
});

/** The sound to ask the recorder for; `undefined` where none is wanted or the camera has none. */
export const chooseSound = (camera: Camera | undefined, { sound }: RecordingWish, isAllowed: boolean): AudioForm | undefined => {
  const main = camera?.streams?.find(({ stream }) => stream === 'main');
  const isKnown = main !== undefined && main.codec !== '';
  const hasSound = isKnown ? main.audio !== undefined : (camera?.audio ?? false);
  const sampleRate = SOUND_RATES.find((rate) => rate === sound?.sampleRate);
  if (!isAllowed || sound === undefined || sampleRate === undefined || !hasSound) return undefined;
  return { codec: 'aac', sampleRate, channels: 1, kbps: Math.min(SOUND_KBPS.most, Math.max(SOUND_KBPS.least, sound.kbps)) };
};
