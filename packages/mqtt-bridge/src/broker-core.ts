// The embedded broker without its doors: aedes, and who may do how much of what.
import { BlockList, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { Aedes, type AedesPublishPacket, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import { boundSessions, letNobodyWait } from './bounded-aedes.ts';
import type { BrokerSetup, FromBroker, HashedUser } from './broker-messages.ts';
import { type Grant, mayBeAnswered, mayPublish, mayReceive, maySubscribe } from './broker-rules.ts';
import { ConnectionRoom } from './connection-room.ts';
import { DeliveryOrder } from './delivery-order.ts';
import { LoginBook } from './login-book.ts';
import { LoginBrake } from './login-brake.ts';
import { PublishPace } from './publish-pace.ts';
import { QueueRoom } from './queue-room.ts';
import { RetainedRoom } from './retained-room.ts';
import { UnreadBytes } from './unread-bytes.ts';

/** How long a subscriber may refuse to read before it is dropped. */
const DRAIN_TIMEOUT_MS = 5000;
/** Sessions of MQTT 5 outlive their connection by no more than this; those of 3.1.1 end with it. */
const SESSION_LIMIT_SECONDS = 300;
const PENDING_SESSIONS = 200;
/** Of all clients together, whatever one may have: the process stays below some 300 MB. */
const MOST_UNREAD_BYTES = 128 * 1024 * 1024;
const MOST_QUEUED_BYTES = 64 * 1024 * 1024;
const BAD_ID = 2;
const NOT_NOW = 3;
const BAD_PASSWORD = 4;

/** Who is connected. */
interface Session {
  readonly client: Client;
  readonly grant: Grant;
  /** Absent: nobody said who. */
  readonly user?: HashedUser;
  readonly pace: PublishPace;
  readonly filters: Set<string>;
}

/** Where a connection comes from. */
export interface Origin {
  readonly address: string;
  /** Whether it came by a way on which everybody has a name. */
  readonly needsName: boolean;
}

const STRANGER: Grant = { access: 'anonymous' };

/** The broker. */
export class BrokerCore {
  readonly #setup: BrokerSetup;
  readonly #tell: (message: FromBroker) => void;
  readonly #logins: LoginBook;
  readonly #brake = new LoginBrake();
  readonly #allowed: BlockList | undefined;
  /** Also of clients that are gone, for the last will that is published later. */
  readonly #sessions = new WeakMap<Client, Session>();
  readonly #connected = new Set<Client>();
  readonly #recorderIds = new Set<string>();
  readonly #retained: RetainedRoom;
  readonly #order: DeliveryOrder;
  readonly #needName = new WeakSet<Duplex>();
  readonly room: ConnectionRoom;
  #broker: Aedes | undefined;

  constructor(setup: BrokerSetup, tell: (message: FromBroker) => void) {
    const { limits } = setup;
    this.#setup = setup;
    this.#tell = tell;
    this.#logins = new LoginBook(setup.hashKey, setup.users);
    this.#allowed = blockList(setup.allow);
    this.#retained = new RetainedRoom({ maxBytes: limits.maxRetainedBytes, maxTopics: limits.maxRetainedTopics });
    this.#order = new DeliveryOrder(limits.maxUnreadBytes);
    this.room = new ConnectionRoom(limits.maxConnections);
  }

  async start(): Promise<void> {
    const { limits } = this.#setup;
    const broker = await Aedes.createBroker({
      // Without a bound: nobody waits for a subscriber any more, see `letNobodyWait`.
      concurrency: 0,
      drainTimeout: DRAIN_TIMEOUT_MS,
      connectTimeout: limits.connectTimeoutMs,
      keepaliveLimit: limits.maxKeepAliveSeconds,
      maxTopicLevels: limits.maxTopicLevels,
      maximumPacketSize: limits.maxPacketBytes,
      sessionExpiryIntervalLimit: SESSION_LIMIT_SECONDS,
      pendingSessionsLimit: PENDING_SESSIONS,
      preConnect: (client, packet, callback) => {
        // A 3.1.1 session without an end would collect messages without an end.
        if (packet.protocolVersion !== 5 && packet.clientId !== '') packet.clean = true;
        this.#order.watch(client);
        const isWelcome = isAllowed(this.#allowed, this.room.addressOf(client.conn));
        // Without an error aedes would leave the connection open.
        callback(isWelcome ? null : new Error('address not allowed'), isWelcome);
      },
      authenticate: (client, username, password, done) => void this.#authenticate(client, username, password, done),
      authorizePublish: (client, packet, done) => {
        const session = client === null ? undefined : this.#sessions.get(client);
        if (mayPublish(session?.grant ?? STRANGER, this.#setup.base, packet.topic)) return this.#take(packet, session, done);
        this.#refused('publish', client);
        done(new Error('not allowed to publish there'));
      },
      authorizeSubscribe: (client, subscription, done) => {
        done(null, this.#grants(client, subscription.topic) ? subscription : null);
      },
      // A filter such as # must not let a client read what it may not subscribe to.
      authorizeForward: (client, packet: AedesPublishPacket) => {
        const isReadable = mayReceive(this.#sessions.get(client)?.grant ?? STRANGER, this.#setup.base, packet.topic);
        return isReadable && this.#takes(client, packet) ? packet : null;
      },
    });
    letNobodyWait(broker);
    const queues = { maxMessages: limits.maxQueuedMessages, maxBytes: limits.maxUnreadBytes, maxTotalBytes: MOST_QUEUED_BYTES };
    boundSessions(broker, new QueueRoom(queues), (client, topic) => this.#sessions.get(client)?.filters.has(topic) ?? false);
    this.#order.watchQueues(broker);
    new UnreadBytes(this.room.connections, MOST_UNREAD_BYTES).start();
    // One client's trouble must not end the process.
    broker.on('error' as 'clientError', () => {});
    broker.on('unsubscribe', (filters, client) => {
      for (const filter of filters) this.#sessions.get(client)?.filters.delete(filter);
    });
    this.#broker = broker;
  }

  /** Takes a connection of a door. */
  accept(connection: Duplex, { address, needsName }: Origin): void {
    if (!this.room.enter(connection, address)) return;
    if (needsName) this.#needName.add(connection);
    this.serve(connection);
  }

  /** Takes a connection that is in the room already. */
  serve(connection: Duplex): void {
    this.#broker?.handle(connection);
  }

  /** These may log in from now on; whoever may do something else by now has to come again. */
  setUsers(users: readonly HashedUser[]): void {
    this.#logins.setUsers(users);
    for (const client of this.#connected) {
      const user = this.#sessions.get(client)?.user;
      if (user !== undefined && JSON.stringify(this.#logins.find(user.username)) !== JSON.stringify(user)) client.conn.destroy();
    }
  }

  close(done: () => void): void {
    this.#broker?.close(done);
  }

  async #authenticate(
    client: Client,
    username: string | undefined,
    password: Uint8Array | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): Promise<void> {
    const refuse = (what: string, returnCode: number): void => {
      this.#refused(what, client);
      done(Object.assign(new Error(what), { returnCode }) as AuthenticateError, false);
    };
    const enter = (grant: Grant, user?: HashedUser): void => {
      // Whoever connects under a name that is in use ends the other connection.
      if (grant.access === 'recorder') this.#recorderIds.add(client.id);
      else if (this.#recorderIds.has(client.id)) return refuse('the client id of the recorder', BAD_ID);
      if (!this.room.loggedIn(client.conn, grant.access === 'recorder')) return refuse('one more than there may be', NOT_NOW);
      const pace = new PublishPace(this.#setup.limits.maxPublishesPerSecond);
      this.#sessions.set(client, { client, grant, pace, filters: new Set(), ...(user === undefined ? {} : { user }) });
      this.#connected.add(client);
      client.conn.once('close', () => this.#connected.delete(client));
      done(null, true);
    };
    if (username === undefined && password === undefined) {
      if (this.#setup.anonymous === 'read' && !this.#needName.has(client.conn)) return enter(STRANGER);
      return refuse('no user name', BAD_PASSWORD);
    }
    const address = this.room.addressOf(client.conn);
    // Nobody guesses the recorder's password, and nobody at its address may keep it out.
    const isRecorder = this.#logins.find(username ?? '')?.access === 'recorder';
    if (!isRecorder && this.#brake.holds(address, performance.now())) return refuse('a password after too many wrong ones from its address', NOT_NOW);
    const user = password === undefined ? undefined : await this.#logins.userOf(username ?? '', password);
    if (user === 'busy') return refuse('a password while many others wait', NOT_NOW);
    if (user !== undefined) return enter(user, user);
    this.#brake.failed(address, performance.now());
    refuse('bad user name or password', BAD_PASSWORD);
  }

  /** Takes a message that may be published, at its client's pace. */
  #take(packet: PublishPacket, session: Session | undefined, done: (error?: Error | null) => void): void {
    if (session === undefined || session.grant.access === 'recorder') return done(null);
    this.#boundAnswer(packet, session);
    if (packet.retain && !this.#retained.take(packet.topic, packet.payload.length)) {
      packet.retain = false;
      this.#refused('a retained message, for want of room: it is passed on but not kept', session.client);
    }
    const delayMs = session.pace.delayMs(packet.payload.length, performance.now());
    if (delayMs > 0) setTimeout(done, delayMs);
    else done(null);
  }

  /** Who may not write on a topic is not answered there, but where answers are by themselves. */
  #boundAnswer(packet: PublishPacket, { grant, client }: Session): void {
    const { responseTopic, ...others } = packet.properties ?? {};
    const { base, limits } = this.#setup;
    if (responseTopic === undefined || mayBeAnswered(grant, base, responseTopic, limits.maxTopicLevels)) return;
    packet.properties = others;
    this.#refused('an answer on a topic where it may not publish', client);
  }

  #grants(client: Client, filter: string): boolean {
    const session = this.#sessions.get(client);
    if (session === undefined || !maySubscribe(session.grant, this.#setup.base, filter)) {
      this.#refused('subscribe', client);
      return false;
    }
    const isFull = session.filters.size >= this.#setup.limits.maxSubscriptions && session.grant.access !== 'recorder';
    if (isFull && !session.filters.has(filter)) {
      this.#refused('more subscriptions than a client may have', client);
      return false;
    }
    session.filters.add(filter);
    return true;
  }

  /** Whether a client has room for a message: what is lost without anybody noticing is left out, for the rest it is too late. */
  #takes(client: Client, { qos }: AedesPublishPacket): boolean {
    if (client.conn.writableLength <= this.#setup.limits.maxUnreadBytes) return true;
    if (qos === 0) return false;
    client.conn.destroy();
    return true;
  }

  #refused(what: string, client: Client | null): void {
    if (client) this.#tell({ type: 'refused', what, client: client.id });
  }
}

function blockList(networks: readonly string[]): BlockList | undefined {
  if (networks.length === 0) return undefined;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

const isAllowed = (list: BlockList | undefined, address: string): boolean =>
  list === undefined || (address !== '' && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'));
