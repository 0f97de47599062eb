// Who may send lines over the network.
import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv4 } from 'node:net';
import { networkOf } from '../../util/network-of.ts';
import type { Secret } from '../../util/secret.ts';

/** Wrong tokens in a row without a wait; then the first wait, which each further one doubles. */
const FREE = 3;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** Networks whose wrong tokens are remembered. */
const MOST_REMEMBERED = 1000;

/** Whether an address is in a list of addresses and networks. An empty one has all. */
export function allowList(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => true;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const plain = plainAddress(address);
    return list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  };
}

/** `192.0.2.7` of `::ffff:192.0.2.7`. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').split('%')[0] ?? '';

/** Checks tokens, and makes those wait who guess. */
export class TokenGate {
  readonly #digest: Buffer;
  /** By network: wrong ones in a row, and until when the next is not looked at. */
  readonly #failures = new Map<string, { readonly count: number; readonly untilMs: number }>();

  constructor(token: Secret) {
    this.#digest = digestOf(Buffer.from(token.reveal()));
  }

  /** Whether nobody looks at what comes from there now. */
  isHeld(address: string, nowMs: number): boolean {
    return (this.#failures.get(networkOf(address))?.untilMs ?? 0) > nowMs;
  }

  /** Whether that is the token; takes as long whatever it is. */
  passes(line: Uint8Array, address: string, nowMs: number): boolean {
    const network = networkOf(address);
    if (timingSafeEqual(digestOf(line), this.#digest)) {
      this.#failures.delete(network);
      return true;
    }
    const count = (this.#failures.get(network)?.count ?? 0) + 1;
    const waitMs = count < FREE ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(20, count - FREE));
    this.#failures.delete(network);
    this.#failures.set(network, { count, untilMs: nowMs + waitMs });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_REMEMBERED && oldest !== undefined) this.#failures.delete(oldest);
    return false;
  }
}

const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
