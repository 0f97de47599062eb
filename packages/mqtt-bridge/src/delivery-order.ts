// The order of what a client is sent. Aedes sends what it had kept, for a session or for a topic, and what is published meanwhile side by side, some of
// it twice: MQTT wants the messages of a publisher in their order (MQTT 5.0, 4.6), and a state that comes late is a wrong one. The version of aedes is
// pinned; the tests of resumed sessions and of retained states tell whether this still fits.
import { Readable } from 'node:stream';
import type { Aedes, Client } from 'aedes';

/** A message as aedes numbers it: the number is the same in every copy. What was retained has none when it is sent to a new subscriber. */
interface Numbered {
  readonly brokerId: string | null;
  readonly brokerCounter: number;
  readonly messageId?: number | undefined;
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly payload: string | Uint8Array;
}

type Deliver = (packet: Numbered, done: () => void) => void;

/** What the types of aedes leave out. */
interface ClientInside {
  deliver0: Deliver;
  deliverQoS: Deliver;
  readonly duplicates: Readonly<Record<string, number>>;
}

interface Subscribed {
  readonly clientId: string;
}

interface Persistence {
  outgoingStream(client: Client): Readable;
  outgoingEnqueueCombi(subs: readonly Subscribed[], packet: Numbered): Promise<void>;
  outgoingUpdate(client: Client, packet: Numbered): Promise<void>;
  outgoingClearMessageId(client: Client, packet: Numbered): Promise<Numbered | undefined>;
  createRetainedStreamCombi(filters: readonly string[]): Readable;
}

/** Greater than any packet identifier on the wire (MQTT 5.0, 2.2.1): marks what is to be dropped. */
const DROPPED_ID = 0x1_0000;
/** The last of what was retained is on its way within this once all of it was read. */
const LAST_WITHIN_MS = 1000;

const keyOf = ({ brokerId, brokerCounter }: Numbered): string => `${brokerId} ${brokerCounter}`;

/** Topics on which something was published while a client is still sent what was retained. */
type News = Set<string>;

/**
 * Sends each client what was kept for its session first, then what came meanwhile; each message once, however many of its filters fit; and nothing that was
 * retained after something newer of its topic.
 */
export class DeliveryOrder {
  readonly #maxHeldBytes: number;
  /** Messages that were sent from what was kept, of clients that are still getting it. */
  readonly #resuming = new WeakMap<Client, Set<string>>();
  readonly #news = new WeakMap<Client, Set<News>>();
  /** Who subscribes: aedes says it, and asks for what is retained in the same breath. */
  #subscriber: Client | undefined;

  /** @param maxHeldBytes - Of payloads that wait for one client: what would be lost beyond them ends its connection. */
  constructor(maxHeldBytes: number) {
    this.#maxHeldBytes = maxHeldBytes;
  }

  /** To be called once, before clients connect, and after `boundSessions`: what is kept once takes the room of one. */
  watchQueues(broker: Aedes): void {
    const { persistence } = broker as unknown as { readonly persistence: Persistence };
    const { outgoingStream, outgoingEnqueueCombi, outgoingUpdate, outgoingClearMessageId, createRetainedStreamCombi } = persistence;
    persistence.outgoingStream = (client) => Readable.from(noting(outgoingStream.call(persistence, client), this.#resuming.get(client)));
    persistence.outgoingEnqueueCombi = (subs, packet) => {
      const clients = new Map(subs.map((sub) => [sub.clientId, sub]));
      return outgoingEnqueueCombi.call(persistence, [...clients.values()], packet);
    };
    // What is not forwarded after all has no identifier yet: aedes would drop whichever has none.
    persistence.outgoingClearMessageId = async (client, packet) => {
      if (packet.messageId !== undefined) return outgoingClearMessageId.call(persistence, client, packet);
      const dropped = { ...packet, messageId: DROPPED_ID };
      await outgoingUpdate.call(persistence, client, dropped);
      return outgoingClearMessageId.call(persistence, client, dropped);
    };
    broker.on('subscribe', (_filters, client) => {
      this.#subscriber = client;
    });
    persistence.createRetainedStreamCombi = (filters) => {
      const retained = createRetainedStreamCombi.call(persistence, filters);
      return this.#subscriber === undefined ? retained : Readable.from(this.#reading(retained, this.#subscriber));
    };
  }

  /** To be called when a client says CONNECT. */
  watch(client: Client): void {
    const inside = client as unknown as ClientInside;
    const { deliver0, deliverQoS } = inside;
    const sent = new Set<string>();
    const news = new Set<News>();
    let held: HeldDeliveries | undefined = new HeldDeliveries(this.#maxHeldBytes);
    this.#resuming.set(client, sent);
    this.#news.set(client, news);
    const inTurn =
      (deliver: Deliver): Deliver =>
      (packet, done) => {
        if (packet.brokerId !== null) for (const each of news) each.add(packet.topic);
        if (held === undefined) return deliver(packet, done);
        setImmediate(done);
        if (!held.take(packet, deliver) && packet.qos > 0) client.conn.destroy();
      };
    const isSent = (packet: Numbered): boolean => {
      if (packet.brokerId === null) return [...news].some((each) => each.has(packet.topic));
      return sent.has(keyOf(packet)) || (inside.duplicates[packet.brokerId] ?? 0) >= packet.brokerCounter;
    };
    const once: Deliver = (packet, done) => {
      if (isSent(packet)) setImmediate(done);
      else deliverQoS(packet, done);
    };
    inside.deliver0 = inTurn(deliver0);
    inside.deliverQoS = inTurn(once);
    (client as unknown as NodeJS.EventEmitter).once('connected', () => {
      const before = held;
      held = undefined;
      before?.deliver();
      this.#resuming.delete(client);
      sent.clear();
    });
  }

  async *#reading(retained: AsyncIterable<unknown>, client: Client): AsyncGenerator<unknown> {
    const news: News = new Set();
    const all = this.#news.get(client);
    all?.add(news);
    try {
      yield* retained;
    } finally {
      setTimeout(() => all?.delete(news), LAST_WITHIN_MS).unref();
    }
  }
}

/** What comes for a client while it is sent what was kept. */
class HeldDeliveries {
  readonly #maxBytes: number;
  readonly #waiting: (() => void)[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @returns Whether there was room. */
  take(packet: Numbered, deliver: Deliver): boolean {
    if (this.#bytes + packet.payload.length > this.#maxBytes) return false;
    this.#bytes += packet.payload.length;
    this.#waiting.push(() => deliver(packet, () => undefined));
    return true;
  }

  deliver(): void {
    for (const deliver of this.#waiting.splice(0)) deliver();
  }
}

async function* noting(queue: AsyncIterable<Numbered>, sent: Set<string> | undefined): AsyncGenerator<Numbered> {
  for await (const packet of queue) {
    sent?.add(keyOf(packet));
    yield packet;
  }
}
