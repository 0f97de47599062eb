// Whether a viewer is told to send to the address its packets come from. Where not, tiles show pictures and live views never begin.
import { createSocket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';

/** The way to one viewer. */
export interface NetworkRoute {
  /** Where the viewer is. */
  readonly peer: string;
  /** The address it is told to send to. */
  readonly offered: string;
  /** The address packets to it leave from, as the machine's routes are now. */
  readonly route: string;
  readonly isSame: boolean;
}

const LONGEST_MS = 1000;
/** UDP needs a port to be connected to; nothing is sent. */
const ANY_PORT = 9;

const plain = (address: string): string => address.replace(/^::ffff:/i, '').replace(/%.*$/, '');

/**
 * Asks the machine from which address it would send to `peer`.
 *
 * @returns Nothing where it knows no way, or cannot tell within a second.
 */
export async function checkRoute(peer: string, offered: string): Promise<NetworkRoute | undefined> {
  const target = plain(peer);
  // What is no address is looked up nowhere.
  if (isIP(target) === 0) return undefined;
  const socket = createSocket(isIPv6(target) ? 'udp6' : 'udp4');
  let timer: NodeJS.Timeout | undefined;
  try {
    const route = await new Promise<string>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('late')), LONGEST_MS);
      socket.on('error', reject);
      socket.once('connect', () => resolve(plain(socket.address().address)));
      socket.connect(ANY_PORT, target);
    });
    return { peer: target, offered: plain(offered), route, isSame: route === plain(offered) };
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

const KEPT = 50;

/** What was found for each viewer. */
export class NetworkBook {
  readonly #routes = new Map<string, NetworkRoute>();

  get routes(): readonly NetworkRoute[] {
    return [...this.#routes.values()];
  }

  /** @returns Whether this is news. */
  note(route: NetworkRoute): boolean {
    const key = `${route.peer} ${route.offered}`;
    const before = this.#routes.get(key);
    this.#routes.delete(key);
    this.#routes.set(key, route);
    const [oldest] = this.#routes.keys();
    if (this.#routes.size > KEPT && oldest !== undefined) this.#routes.delete(oldest);
    return before?.route !== route.route;
  }
}
