// How many messages wait for a client that is away or does not acknowledge. Aedes keeps them in memory and counts nothing.

/** What may wait. */
export interface QueueLimits {
  /** Of one client. */
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** Of all clients. */
  readonly maxTotalBytes: number;
}

interface Account {
  messages: number;
  bytes: number;
}

/** Keeps account by client id. */
export class QueueRoom {
  readonly #limits: QueueLimits;
  readonly #accounts = new Map<string, Account>();
  #total = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Whether another message may wait; it counts from then on. */
  take(client: string, bytes: number): boolean {
    const { maxMessages, maxBytes, maxTotalBytes } = this.#limits;
    const account = this.#accounts.get(client) ?? { messages: 0, bytes: 0 };
    if (account.messages >= maxMessages || account.bytes + bytes > maxBytes || this.#total + bytes > maxTotalBytes) return false;
    account.messages += 1;
    account.bytes += bytes;
    this.#total += bytes;
    this.#accounts.set(client, account);
    return true;
  }

  /** One that waited is gone. Which one is not always known: an average one. */
  giveBack(client: string): void {
    const account = this.#accounts.get(client);
    if (account === undefined) return;
    const bytes = account.bytes / account.messages;
    account.messages -= 1;
    if (account.messages === 0) this.#accounts.delete(client);
    this.#total -= account.messages === 0 ? account.bytes : bytes;
    account.bytes -= bytes;
  }
}
