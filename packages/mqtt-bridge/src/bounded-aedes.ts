// What aedes leaves unbounded, and where one client's slowness would be everybody's: its emitter and its memory of sessions, as far as
// they are reached from outside. The version of aedes is pinned; the tests of a frozen subscriber tell whether this still holds.
import type { Aedes, Client } from 'aedes';
import type { QueueRoom } from './queue-room.ts';

/** Aedes as it is; its types leave these out. */
interface Inside {
  readonly mq: Emitter;
  readonly persistence: Persistence;
}

type Done = (error?: Error | null) => void;

interface Emitter {
  emit(packet: unknown, done?: Done): unknown;
}

interface Subscribed {
  readonly clientId: string;
}

interface Stored {
  readonly topic: string;
}

interface Persistence {
  outgoingEnqueue(sub: Subscribed, packet: Sized): Promise<void>;
  outgoingEnqueueCombi(subs: readonly Subscribed[], packet: Sized): Promise<void>;
  outgoingUpdate(client: Client, packet: unknown): Promise<void>;
  outgoingClearMessageId(client: Pick<Client, 'id'>, packet: unknown): Promise<unknown>;
  addSubscriptions(client: Client, subs: readonly Stored[]): Promise<void>;
}

interface Sized {
  readonly payload: string | Uint8Array;
}

/**
 * Lets a message be over for its sender once it is on its way: aedes waits for the slowest subscriber's socket otherwise, so that one who
 * stops reading, or reads a few bytes a second, holds up whoever publishes and with it everybody who listens.
 */
export function letNobodyWait(broker: Aedes): void {
  const emitter = (broker as unknown as Inside).mq;
  const emit = emitter.emit.bind(emitter);
  emitter.emit = (packet, done) => {
    emit(packet);
    if (done) setImmediate(done);
    return emitter;
  };
}

/** Bounds what waits for clients with a session, and keeps no subscription that was not granted. */
export function boundSessions(broker: Aedes, room: QueueRoom, isGranted: (client: Client, topic: string) => boolean): void {
  const { persistence } = broker as unknown as Inside;
  const { outgoingEnqueue, outgoingEnqueueCombi, outgoingUpdate, outgoingClearMessageId, addSubscriptions } = persistence;
  const bytesOf = ({ payload }: Sized): number => payload.length;
  persistence.outgoingEnqueue = async (sub, packet) => {
    if (room.take(sub.clientId, bytesOf(packet))) await outgoingEnqueue.call(persistence, sub, packet);
  };
  persistence.outgoingEnqueueCombi = (subs, packet) =>
    outgoingEnqueueCombi.call(
      persistence,
      subs.filter(({ clientId }) => room.take(clientId, bytesOf(packet))),
      packet,
    );
  persistence.outgoingUpdate = async (client, packet) => {
    // What had no room goes out all the same, and so does what aedes matches when it sends and misses when it keeps (an empty level for `+`):
    // aedes would end the connection of who listens.
    await outgoingUpdate.call(persistence, client, packet).catch(() => undefined);
  };
  persistence.outgoingClearMessageId = async (client, packet) => {
    const cleared = await outgoingClearMessageId.call(persistence, client, packet);
    if (cleared !== undefined) room.giveBack(client.id);
    return cleared;
  };
  persistence.addSubscriptions = (client, subs) =>
    addSubscriptions.call(
      persistence,
      client,
      subs.filter(({ topic }) => isGranted(client, topic)),
    );
}
