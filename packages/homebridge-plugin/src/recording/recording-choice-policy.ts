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
  /** Why they are not taken as they are, or are after all, in words. */
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
const UNKNOWN = 'nothing is known of it yet';
/** A second of pictures is at least so much, whatever a hub chose. */
const LEAST_KBPS = 200;
/** Codec strings of what is offered (RFC 6381): H.264 of the profiles Baseline, Main and High. */
const COPIED_CODECS = /^(h264|avc[13](\.(42|4d|64)[0-9a-f]{4})?)$/i;
const SOUND_RATES: readonly AudioForm['sampleRate'][] = [8000, 16_000, 24_000, 48_000];
const SOUND_KBPS = { least: 12, most: 64 } as const;

/** A recorder of an older version only says what it knows of the main stream; it copies, and so must we if that is possible at all. */
const streamsOf = ({ streams, state }: Camera): readonly CameraStream[] => streams ?? [{ ...state, stream: 'main', hasBFrames: false }];

/** Why a stream cannot be copied, in words; `undefined` where it can. What is not known of it counts against it: encoding works whatever comes. */
const whyUnfit = (
  { stream, codec, gopSeconds, bitrateKbps, hasBFrames }: CameraStream,
  wish: RecordingWish,
  { notCopied }: ChoiceLimits,
): string | undefined => {
  if (notCopied.has(stream)) return 'copying it failed lately';
  if (codec === '' || gopSeconds <= 0 || bitrateKbps <= 0) return UNKNOWN;
  if (!COPIED_CODECS.test(codec)) return `${/^(hvc|hev|h265|hevc)/i.test(codec) ? 'H.265' : codec} is not the H.264 that hubs take`;
  if (hasBFrames) return 'it has B-frames';
  if (gopSeconds * 1000 > wish.fragmentMs * (1 + GOP_TOLERANCE)) return `its key frames are ${gopSeconds.toFixed(1)} s apart`;
  return undefined;
};

/** Why a stream should not be copied, though it could be. */
const whyTooMuch = ({ width, height, bitrateKbps }: CameraStream, { maxKbps }: ChoiceLimits): string | undefined => {
  if (Math.ceil(width / 16) * Math.ceil(height / 16) > MOST_BLOCKS) return `${width}x${height} is larger than 1080p`;
  return bitrateKbps > maxKbps ? `${Math.round(bitrateKbps)} kbit/s is above ${maxKbps}` : undefined;
};

const whyNot = (stream: CameraStream, wish: RecordingWish, limits: ChoiceLimits): string | undefined =>
  whyUnfit(stream, wish, limits) ?? whyTooMuch(stream, limits);

const shortSide = ({ width, height }: CameraStream): number => Math.min(width, height);

/**
 * What to take, best first: the sub stream as it is, if it is no smaller than 720p; the main stream as it is; one of them encoded, without waiting for
 * facts; and what is only too much as it is after all. Each is what to try when the one before it comes to nothing.
 *
 * @param camera - As the recorder described it last; `undefined` where nothing did.
 */
export const chooseVideo = (camera: Camera | undefined, wish: RecordingWish, limits: ChoiceLimits): readonly VideoChoice[] => {
  const streams = camera === undefined ? [] : streamsOf(camera);
  const [main, sub] = (['main', 'sub'] as const).map((name) => streams.find(({ stream }) => stream === name));
  // While nothing is looked for, the recorder is not connected to the sub stream, and has no past of it.
  const large = camera?.state.analysisFps !== undefined && sub !== undefined && shortSide(sub) >= LEAST_SIDE ? sub : undefined;
  const [whySub, whyMain] = [large, main].map((stream) => (stream === undefined ? UNKNOWN : whyNot(stream, wish, limits)));
  const form = videoForm(wish, limits.maxKbps);
  // Decoding the smaller one is cheaper, and no loss where it is as large as what is wanted.
  const isSubEnough = large !== undefined && shortSide(large) >= Math.min(wish.width, wish.height);
  const isOnlyTooMuch = main !== undefined && whyMain !== undefined && whyUnfit(main, wish, limits) === undefined;
  const copied: VideoChoice[] = [
    ...(whySub === undefined ? [{ stream: 'sub' } as const] : []),
    ...(whyMain === undefined ? [{ stream: 'main' } as const] : []),
  ];
  const why = whyMain ?? 'copying it failed';
  const encoded: VideoChoice[] = [...(isSubEnough ? [{ stream: 'sub', form, why } as const] : []), { stream: 'main', form, why }];
  return [...copied, ...encoded, ...(isOnlyTooMuch ? [{ stream: 'main', why: `${why}, but it cannot be encoded` } as const] : [])];
};

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
