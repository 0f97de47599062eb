// The ways a test camera misbehaves. A clip itself can be ill too: long GOPs and B-frames are a matter of its encoding.
import type { MediaClip } from './media-clip.ts';

/** Faults of one stream; times in seconds since PLAY. */
export interface CameraFaults {
  /** Keeps the connection and sends nothing from then on. */
  readonly stallAfterSeconds?: number;
  /** Closes every connection after this. */
  readonly dropAfterSeconds?: number;
  /** Adds `bySeconds` (negative: back) to all timestamps from `atSeconds` on. */
  readonly jump?: { readonly atSeconds: number; readonly bySeconds: number };
  /** Plays another clip from `atSeconds` on, at the next key frame: another picture size with in-band parameter sets. */
  readonly switchTo?: { readonly atSeconds: number; readonly clip: MediaClip };
  /** Describes this clip, whatever it plays: other parameter sets than the stream has in band. */
  readonly announces?: MediaClip;
  /** Sends bytes that are no RTP from then on. */
  readonly garbageAfterSeconds?: number;
  /** Closes connections at once. */
  readonly refuse?: boolean;
  /** Answers every request with 401, whatever it brings. */
  readonly unauthorized?: boolean;
  /** Never answers DESCRIBE. */
  readonly muteDescribe?: boolean;
}

/** How faults are written on a command line. */
export const FAULT_SYNTAX = 'stall=SECONDS | drop=SECONDS | jump=AT:BY | garbage=SECONDS | refuse | unauthorized | mute';

/** Reads one fault as written on a command line. @throws TypeError where it is none. */
export function parseFault(text: string): CameraFaults {
  const [kind = '', value = ''] = text.split('=', 2);
  const [first, second] = value.split(':').map(Number);
  const seconds = (number: number | undefined): number => {
    if (number === undefined || !Number.isFinite(number) || value === '') throw new TypeError(`fault "${text}" is not one of: ${FAULT_SYNTAX}`);
    return number;
  };
  switch (kind) {
    case 'stall':
      return { stallAfterSeconds: seconds(first) };
    case 'drop':
      return { dropAfterSeconds: seconds(first) };
    case 'garbage':
      return { garbageAfterSeconds: seconds(first) };
    case 'jump':
      return { jump: { atSeconds: seconds(first), bySeconds: seconds(second) } };
    case 'refuse':
      return { refuse: true };
    case 'unauthorized':
      return { unauthorized: true };
    case 'mute':
      return { muteDescribe: true };
    default:
      throw new TypeError(`fault "${text}" is not one of: ${FAULT_SYNTAX}`);
  }
}
