// A camera that is switched off in Home is let go by the recorder, too: also when the recorder was away meanwhile.
import { type CameraControls, isNotAllowed, reasonOf } from '@nightjar/client';

/** What a wish needs. */
export interface PrivacyWishOptions {
  set(changes: Pick<CameraControls, 'privacy'>): Promise<unknown>;
  warn(reason: string): void;
  /** The recorder lets us not; the wish is given up. */
  refused(reason: string): void;
}

/** Remembers what the recorder was not told yet. */
export class PrivacyWish {
  readonly #options: PrivacyWishOptions;
  #wanted: boolean | undefined;
  #isTelling = false;

  constructor(options: PrivacyWishOptions) {
    this.#options = options;
  }

  /** What is to be told still; nothing where the recorder knows. */
  get wanted(): boolean | undefined {
    return this.#wanted;
  }

  want(isPrivate: boolean): void {
    this.#wanted = isPrivate;
    void this.tell();
  }

  /** Tries again; call it whenever the recorder is back. */
  async tell(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let wanted = this.#wanted; wanted !== undefined; wanted = this.#wanted) {
        await this.#options.set({ privacy: wanted });
        if (this.#wanted === wanted) this.#wanted = undefined;
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (!isNotAllowed(error)) return this.#options.warn(reason);
      this.#wanted = undefined;
      this.#options.refused(reason);
    } finally {
      this.#isTelling = false;
    }
  }
}
