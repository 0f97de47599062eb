// Remembers failed logins by address and by account, in bounded memory.
import { networkOf } from '../util/network-of.ts';
import { FamiliarNetworks } from './familiar-networks.ts';
import { ACCOUNT_LIMITS, ADDRESS_LIMITS, type BrakeLimits, type Failures, heldMs, oneLess, oneMore } from './login-brake-policy.ts';

/** Addresses, and names, that are remembered. */
export const MOST_REMEMBERED = 1000;

/** A login that is being tried. It counts as failed until it says otherwise, so that trying many at once gains nothing. */
export interface LoginAttempt {
  /**
   * The account is held, and still its password is to be looked at: somebody logged in from this network before. Whoever may not pass, or has
   * the wrong password, is answered as if nobody had looked.
   */
  readonly underHold?: { readonly heldMs: number; readonly mayPass: boolean };
  /** The password was right: the account starts anew, the address is where it was. */
  succeeded(): void;
  /** Nobody looked at the password. */
  undone(): void;
}

/** Keeps account. */
export class LoginBrake {
  readonly #addresses = new FailureBook(ADDRESS_LIMITS);
  readonly #accounts = new FailureBook(ACCOUNT_LIMITS);
  readonly #familiar = new FamiliarNetworks(MOST_REMEMBERED);

  /**
   * Begins a login, or says how long to wait.
   *
   * @param nowMs - Monotonic.
   */
  begin(name: string, address: string, nowMs: number): LoginAttempt | { readonly heldMs: number } {
    const [network, account] = [networkOf(address.slice(0, 64)), name.slice(0, 64).toLowerCase()];
    const [addressHeldMs, accountHeldMs] = [this.#addresses.heldMs(network, nowMs), this.#accounts.heldMs(account, nowMs)];
    // What a network that is familiar to some account sees is the same for every name, so that it shows of none whether it is an account's.
    if (addressHeldMs > 0 || (accountHeldMs > 0 && !this.#familiar.isOfAny(network))) return { heldMs: Math.max(addressHeldMs, accountHeldMs) };
    const isHeld = accountHeldMs > 0;
    this.#addresses.add(network, nowMs);
    if (!isHeld) this.#accounts.add(account, nowMs);
    return {
      ...(isHeld ? { underHold: { heldMs: accountHeldMs, mayPass: this.#familiar.isOf(account, network) } } : {}),
      succeeded: () => {
        this.#addresses.takeBack(network);
        // Those who guess meanwhile gain nothing from the owner's login.
        if (!isHeld) this.#accounts.forget(account);
        this.#familiar.add(account, network);
      },
      undone: () => {
        this.#addresses.takeBack(network);
        if (!isHeld) this.#accounts.takeBack(account);
      },
    };
  }

  /** Notes a login of the past: whoever guesses does not keep its owner out where it came from. */
  remember(name: string, address: string): void {
    this.#familiar.add(name.toLowerCase(), networkOf(address));
  }

  /** How many addresses, names and networks of accounts are remembered. */
  get size(): number {
    return this.#addresses.size + this.#accounts.size + this.#familiar.size;
  }
}

class FailureBook {
  readonly #limits: BrakeLimits;
  /** The one whose failure is longest ago first. */
  readonly #failures = new Map<string, Failures>();

  constructor(limits: BrakeLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#failures.size;
  }

  heldMs(key: string, nowMs: number): number {
    return heldMs(this.#failures.get(key), this.#limits, nowMs);
  }

  add(key: string, nowMs: number): void {
    const failures = oneMore(this.#failures.get(key), this.#limits, nowMs);
    this.#failures.delete(key);
    if (this.#failures.size >= MOST_REMEMBERED) this.#failures.delete(this.#leastDangerous());
    this.#failures.set(key, failures);
  }

  takeBack(key: string): void {
    const failures = oneLess(this.#failures.get(key));
    if (failures === undefined) this.#failures.delete(key);
    else this.#failures.set(key, failures);
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Whoever sprays names must not make the one forgotten that is really guessed at. */
  #leastDangerous(): string {
    let [found, fewest] = ['', Number.POSITIVE_INFINITY];
    for (const [key, { count }] of this.#failures) {
      if (count >= fewest) continue;
      [found, fewest] = [key, count];
      if (count === 1) break;
    }
    return found;
  }
}
