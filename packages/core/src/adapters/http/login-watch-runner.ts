// Looks whether those who watch streams are still logged in, whenever accounts change and again and again: other processes change them too.
// So an answer that goes on for hours ends with its login.
import type { AccountDesk } from '../../api/account-desk.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Principal } from '../../model/permission.ts';

const LOOK_EVERY_MS = 15_000;

/** Logins of streams that are open. One question is asked for each login, however many streams it has. */
export class LoginWatchRunner {
  readonly #accounts: Pick<AccountDesk, 'refreshed' | 'onChanged'>;
  readonly #watched = new Map<string, { readonly principal: Principal; readonly ends: Set<(why: RecorderError) => void> }>();
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #looking: Promise<void> | undefined;
  #looksAgain = false;

  constructor(accounts: Pick<AccountDesk, 'refreshed' | 'onChanged'>, everyMs = LOOK_EVERY_MS) {
    this.#accounts = accounts;
    this.#stopListening = accounts.onChanged(() => void this.look());
    this.#timer = setInterval(() => void this.look(), everyMs);
    this.#timer.unref();
  }

  /** Calls `end` once the login is over, or what it may do is different. @returns Stops that. */
  watch(principal: Principal | undefined, end: (why: RecorderError) => void): () => void {
    if (principal?.tokenId === undefined) return () => undefined;
    const key = JSON.stringify(principal);
    const watched = this.#watched.get(key) ?? { principal, ends: new Set() };
    this.#watched.set(key, watched);
    watched.ends.add(end);
    return () => {
      watched.ends.delete(end);
      if (watched.ends.size === 0) this.#watched.delete(key);
    };
  }

  /**
   * Asks about each login. One that cannot be asked about now (a locked database) is left alone. A call while another one looks makes that one
   * look once more, however many calls there are.
   */
  look(): Promise<void> {
    this.#looksAgain = true;
    this.#looking ??= this.#lookUntilDone().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stopListening();
  }

  async #lookUntilDone(): Promise<void> {
    while (this.#looksAgain) {
      this.#looksAgain = false;
      for (const [key, { principal, ends }] of this.#watched) {
        const now = await this.#accounts.refreshed(principal).catch(() => principal);
        if (now !== undefined && JSON.stringify(now) === key) continue;
        const why = new RecorderError('NOT_LOGGED_IN', 'the login is over, or may do something else now');
        for (const end of ends) end(why);
      }
    }
  }
}
