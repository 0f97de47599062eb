// The order of what a client with a session is sent. Aedes sends what it kept and what is published meanwhile side by side, some of it twice:
// MQTT wants the messages of a publisher in their order (MQTT 5.0, 4.6). The version of aedes is pinned; the tests of resumed sessions tell
// whether this still fits.
import { Readable } from 'node:stream';
import type { Aedes, Client } from 'aedes';

/** A message as aedes numbers it: the number is the same in every copy. */
interface Numbered {
  readonly brokerId: string;
  readonly brokerCounter: number;
  readonly messageId?: number | undefined;
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
}

/** Greater than any packet identifier on the wire (MQTT 5.0, 2.2.1): marks what is to be dropped. */
const DROPPED_ID = 0x1_0000;

const keyOf = ({ brokerId, brokerCounter }: Numbered): string => `${brokerId} ${brokerCounter}`;

/** Sends each client what was kept for it first, then what came meanwhile; each message once, however many of its filters fit. */
export class SessionOrder {
  readonly #maxHeldBytes: number;
  /** Messages that were sent from what was kept, of clients that are still getting it. */
  readonly #resuming = new WeakMap<Client, Set<string>>();

  /** @param maxHeldBytes - Of payloads that wait for one client: what would be lost beyond them ends its connection. */
  constructor(maxHeldBytes: number) {
    this.#maxHeldBytes = maxHeldBytes;
  }

  /** To be called once, before clients connect, and after `boundSessions`: what is kept once takes the room of one. */
  watchQueues(broker: Aedes): void {
    const { persistence } = broker as unknown as { readonly persistence: Persistence };
    const { outgoingStream, outgoingEnqueueCombi, outgoingUpdate, outgoingClearMessageId } = persistence;
    const kept = (client: Client): Readable => outgoingStream.call(persistence, client);
    const noting = async function* (queue: AsyncIterable<Numbered>, sent: Set<string> | undefined) {
      for await (const packet of queue) {
        sent?.add(keyOf(packet));
        yield packet;
      }
    };
    persistence.outgoingStream = (client) => Readable.from(noting(kept(client), this.#resuming.get(client)));
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
  }

  /** To be called when a client says CONNECT. */
  watch(client: Client): void {
    const inside = client as unknown as ClientInside;
    const { deliver0, deliverQoS } = inside;
    const sent = new Set<string>();
    let held: (() => void)[] | undefined = [];
    let heldBytes = 0;
    this.#resuming.set(client, sent);
    const inTurn =
      (deliver: Deliver): Deliver =>
      (packet, done) => {
        if (held === undefined) return deliver(packet, done);
        setImmediate(done);
        if (heldBytes + packet.payload.length <= this.#maxHeldBytes) {
          heldBytes += packet.payload.length;
          held.push(() => deliver(packet, () => undefined));
        } else if (packet.qos > 0) client.conn.destroy();
      };
    const once: Deliver = (packet, done) => {
      const isSent = sent.has(keyOf(packet)) || (inside.duplicates[packet.brokerId] ?? 0) >= packet.brokerCounter;
      if (isSent) setImmediate(done);
      else deliverQoS(packet, done);
    };
    inside.deliver0 = inTurn(deliver0);
    inside.deliverQoS = inTurn(once);
    (client as unknown as NodeJS.EventEmitter).once('connected', () => {
      const waiting = held ?? [];
      held = undefined;
      for (const deliver of waiting) deliver();
      this.#resuming.delete(client);
      sent.clear();
    });
  }
}
