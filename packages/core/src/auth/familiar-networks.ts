// Remembers from where accounts were logged in to, in bounded memory.

/** Networks of an account that are remembered, those of the latest logins. */
export const MOST_NETWORKS = 20;

/** Networks by account. */
export class FamiliarNetworks {
  readonly #mostAccounts: number;
  /** The account whose login is longest ago first, and so its networks. */
  readonly #networks = new Map<string, Set<string>>();

  constructor(mostAccounts: number) {
    this.#mostAccounts = mostAccounts;
  }

  /** Notes a login. */
  add(account: string, network: string): void {
    const networks = this.#networks.get(account) ?? new Set();
    this.#networks.delete(account);
    networks.delete(network);
    dropFirst(networks, MOST_NETWORKS);
    dropFirst(this.#networks, this.#mostAccounts);
    this.#networks.set(account, networks.add(network));
  }

  isOf(account: string, network: string): boolean {
    return this.#networks.get(account)?.has(network) === true;
  }

  /** Whether any account was logged in to from there. */
  isOfAny(network: string): boolean {
    return [...this.#networks.values()].some((networks) => networks.has(network));
  }

  /** How many are remembered. */
  get size(): number {
    return [...this.#networks.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

/** Makes room for one more. */
function dropFirst(from: Map<string, unknown> | Set<string>, most: number): void {
  if (from.size < most) return;
  for (const first of from.keys()) {
    from.delete(first);
    return;
  }
}
