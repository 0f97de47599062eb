// How many encoders may run at once, by kind: video costs a good part of a processor core each, sound next to nothing.
import { RecorderError } from '../errors/recorder-error.ts';

/** Most encoders at once. */
export interface EncoderLimits {
  readonly maxVideo: number;
  readonly maxSound: number;
}

const RETRY_AFTER_SECONDS = 5;

/** Places of one recorder. */
export class EncoderSlots {
  readonly #taken = { video: 0, audio: 0 };
  #limits: EncoderLimits;

  constructor(limits: EncoderLimits) {
    this.#limits = limits;
  }

  /** Other bounds; those that run go on. */
  limit(limits: EncoderLimits): void {
    this.#limits = limits;
  }

  /** @returns What gives the place back; safe to repeat. @throws RecorderError `ENCODERS_EXHAUSTED`. */
  take(track: 'video' | 'audio'): () => void {
    const most = track === 'video' ? this.#limits.maxVideo : this.#limits.maxSound;
    if (this.#taken[track] >= most) {
      const setting = track === 'video' ? 'encoding.maxVideo' : 'encoding.maxSound';
      throw new RecorderError('ENCODERS_EXHAUSTED', `${most} encoders of ${track === 'video' ? 'video' : 'sound'} run already, as many as ${setting} allows`, {
        context: { retryAfterSeconds: RETRY_AFTER_SECONDS },
      });
    }
    this.#taken[track] += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#taken[track] -= 1;
      isTaken = false;
    };
  }
}
