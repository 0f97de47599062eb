// Which of a camera's streams a viewer gets, and whether it is copied or encoded anew.
import type { CameraStream, LiveStream, VideoForm } from '@nightjar/client';

/** What a viewer asked for. */
export interface ViewerWish {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** kbit/s at most; Home asks for very little, also in the same network. */
  readonly kbps: number;
  /** Milliseconds of sound in a packet; 60 of those who watch over the internet. 0: unknown. */
  readonly packetTimeMs: number;
}

/** What a viewer gets. */
export interface StreamChoice {
  readonly stream: LiveStream;
  /** Absent: as the camera sends it. */
  readonly form?: VideoForm;
  /** Why, in a few words. */
  readonly why: string;
}

/** Asked for by those who watch from afar (homekit.md §1a.5). */
const REMOTE_PACKET_TIME_MS = 60;
/** Below this a viewer is a watch. */
const WATCH_WIDTH = 640;
/** The bitrates Home asks for are that much too careful. */
const GENEROSITY = 2;
const GOP_SECONDS = 2;

/** Sizes of what is encoded anew, so that viewers share it, and kbit/s that do them justice in the same network. */
const SIZES: readonly (readonly [width: number, height: number, kbps: number])[] = [
  [320, 240, 250],
  [640, 480, 700],
  [1280, 960, 1500],
  [1920, 1080, 2500],
];
const REMOTE_KBPS: readonly number[] = [100, 150, 300, 600, 1000, 2000];

/**
 * Decides. In order: what the settings force; the sub stream for watches and from afar, or where its bitrate is not over twice what was asked for;
 * the main stream. Encoded anew is what is not H.264, has B-frames, or would go to a remote viewer as a main stream that is too large.
 *
 * @param streams - What is known of the camera; absent or unmeasured counts as fitting.
 */
export function chooseStream(wish: ViewerWish, streams: readonly CameraStream[] | undefined, asked: 'auto' | LiveStream): StreamChoice {
  const main = streams?.find(({ stream }) => stream === 'main');
  const sub = streams?.find(({ stream }) => stream === 'sub');
  const isFar = isRemote(wish);
  // Asked for the sub stream of a camera that has none a recorder sends the main one.
  const forced = asked === 'sub' && streams !== undefined && sub === undefined ? 'main' : asked;
  const picked = pick(wish, { sub, isFar, forced });
  const facts = picked.stream === 'sub' ? sub : main;
  const trouble = troubleWith(facts);
  if (trouble !== undefined) {
    if (picked.stream === 'sub' && forced === 'auto' && !isFar && wish.width >= WATCH_WIDTH && troubleWith(main) === undefined)
      return { stream: 'main', why: `the sub stream ${trouble}` };
    return { stream: picked.stream, form: formFor(wish, isFar), why: `${picked.why}, but it ${trouble}` };
  }
  const isTooLarge = isFar && picked.stream === 'main' && forced === 'auto' && main !== undefined && !fits(main, wish);
  return isTooLarge ? { stream: 'main', form: formFor(wish, isFar), why: 'watched from afar, and there is no sub stream' } : picked;
}

/**
 * Whether the main stream can stand in for a choice that takes a while to begin: a sub stream that nobody reads, an encoder. `keys`: only its key
 * frames, since those who ask for little cannot take more.
 */
export function standInFor(
  choice: StreamChoice,
  wish: ViewerWish,
  streams: readonly CameraStream[] | undefined,
  forced: 'auto' | LiveStream,
): 'all' | 'keys' | 'none' {
  const main = streams?.find(({ stream }) => stream === 'main');
  const isAtOnce = choice.stream === 'main' && choice.form === undefined;
  if (isAtOnce || main === undefined || main.codec === '' || troubleWith(main) !== undefined) return 'none';
  return isRemote(wish) || wish.width < WATCH_WIDTH || forced !== 'auto' ? 'keys' : 'all';
}

/** Whether somebody watches over the internet. */
export const isRemote = ({ packetTimeMs }: Pick<ViewerWish, 'packetTimeMs'>): boolean => packetTimeMs >= REMOTE_PACKET_TIME_MS;

/** Whether two choices send the same. */
export const isSameChoice = (a: StreamChoice, b: StreamChoice): boolean => a.stream === b.stream && JSON.stringify(a.form) === JSON.stringify(b.form);

interface Known {
  readonly sub: CameraStream | undefined;
  readonly isFar: boolean;
  readonly forced: 'auto' | LiveStream;
}

function pick(wish: ViewerWish, { sub, isFar, forced }: Known): StreamChoice {
  if (forced !== 'auto') return { stream: forced, why: 'the settings say so' };
  if (sub === undefined) return { stream: 'main', why: 'the only stream' };
  if (wish.width < WATCH_WIDTH) return { stream: 'sub', why: 'a small picture was asked for' };
  if (isFar) return { stream: 'sub', why: 'watched from afar' };
  if (fits(sub, wish)) return { stream: 'sub', why: `${Math.round(sub.bitrateKbps)} kbit/s are near what was asked for` };
  return { stream: 'main', why: 'in the same network' };
}

/** Whether a measured bitrate is not far above what was asked for. */
const fits = (stream: CameraStream | undefined, { kbps }: ViewerWish): boolean =>
  stream !== undefined && stream.bitrateKbps > 0 && stream.bitrateKbps <= GENEROSITY * kbps;

function troubleWith(stream: CameraStream | undefined): string | undefined {
  if (stream === undefined || stream.codec === '') return undefined;
  if (!/^(avc[13]|h264)/i.test(stream.codec)) return 'is not H.264';
  return stream.hasBFrames ? 'has B-frames' : undefined;
}

function formFor(wish: ViewerWish, isFar: boolean): VideoForm {
  const [width, height, kbps] = SIZES.find(([most]) => most >= wish.width) ?? [1920, 1080, 2500];
  const remoteKbps = REMOTE_KBPS.findLast((step) => step <= wish.kbps) ?? REMOTE_KBPS[0] ?? kbps;
  return { codec: 'h264', width, height, fps: wish.fps <= 15 ? 15 : 30, kbps: isFar ? Math.min(kbps, remoteKbps) : kbps, gopSeconds: GOP_SECONDS };
}
