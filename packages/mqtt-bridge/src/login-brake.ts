// How fast passwords of the embedded broker can be guessed. Time comes from outside.
import { isIPv4, isIPv6 } from 'node:net';

/** How much guessing is let pass. */
export interface BrakeLimits {
  /** Wrong passwords an address may send at once. */
  readonly burst: number;
  /** After them, one more each so often. */
  readonly refillMs: number;
  /** Addresses that are remembered; beyond it the one whose last wrong password is longest ago is forgotten. */
  readonly maxAddresses: number;
}

/** A client with an old password that connects again every few seconds never gets so far that others at its address are kept out. */
const LIMITS: BrakeLimits = { burst: 10, refillMs: 3000, maxAddresses: 1000 };

interface Account {
  /** Wrong passwords that are still let pass, at `atMs`. */
  readonly left: number;
  readonly atMs: number;
}

/** Keeps account of wrong passwords by address. */
export class LoginBrake {
  readonly #limits: BrakeLimits;
  /** By address, the longest untouched first. */
  readonly #accounts = new Map<string, Account>();

  constructor(limits: BrakeLimits = LIMITS) {
    this.#limits = limits;
  }

  /** Whether a password of this address must not even be looked at. @param nowMs - Monotonic. */
  holds(address: string, nowMs: number): boolean {
    return this.#left(networkOf(address), nowMs) < 1;
  }

  /** A password was wrong. */
  failed(address: string, nowMs: number): void {
    const network = networkOf(address);
    const left = Math.max(0, this.#left(network, nowMs) - 1);
    this.#accounts.delete(network);
    this.#accounts.set(network, { left, atMs: nowMs });
    const [longest] = this.#accounts.keys();
    if (this.#accounts.size > this.#limits.maxAddresses && longest !== undefined) this.#accounts.delete(longest);
  }

  #left(network: string, nowMs: number): number {
    const { burst, refillMs } = this.#limits;
    const account = this.#accounts.get(network);
    return account === undefined ? burst : Math.min(burst, account.left + (nowMs - account.atMs) / refillMs);
  }
}

/** What one person has to guess from: an IPv4 address, or the first half of an IPv6 address, whose other half is free to choose. */
export function networkOf(address: string): string {
  const mapped = address.replace(/^::ffff:/i, '');
  if (isIPv4(mapped)) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0'), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
