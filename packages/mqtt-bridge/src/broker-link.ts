// Keeps a connection to the broker: connects, falls back to 3.1.1, waits longer after each failure, sends what the
// outbox holds. Nothing here makes a caller wait.
import { BrokerConnection, type ConnectionSettings } from './broker-connection.ts';
import type { ConnectionProblem } from './connection-problem.ts';
import type { Incoming, Subscription } from './incoming.ts';
import type { CalmLogger } from './logger.ts';
import type { MqttHealth, ResolvedOptions } from './options.ts';
import { type Entry, type Message, Outbox } from './outbox.ts';
import { packetBytes } from './packet-bytes.ts';
import { RefusedTopics } from './refused-topics.ts';

/** A connection that lasted so long was a good one: the next attempt after it comes soon. */
const GOOD_MS = 10_000;
/** Some brokers do not say that another client took our id: so often let in and closed soon after, it is likely. */
const SUSPICIOUS = 2;
/** Topics are refused and taken one by one, and each changes what is said of them: it is said once they have settled. */
const SETTLED_MS = 250;
/** A connection that lasted so long was not one of two clients that throw each other out. */
const QUIET_MS = 60_000;

/** What the link needs to know besides the options. */
export interface LinkSettings {
  readonly options: ResolvedOptions;
  readonly clientId: string;
  readonly will: Message;
  readonly logger: CalmLogger;
  /** A new connection: put the full state in. Nothing is sent until `ready` is called. */
  onConnected(): void;
  onMessage(message: Incoming): void;
  /** The connection is over. */
  onDisconnected(): void;
}

/** The connection to the broker over time. */
export class BrokerLink {
  readonly #settings: LinkSettings;
  readonly #outbox: Outbox;
  #connection: BrokerConnection | undefined;
  #isSending = false;
  #isPumping = false;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #version: 4 | 5;
  #stopping = false;
  #since = new Date();
  #isConnected = false;
  #connectedAtMs = 0;
  #thrownOut = 0;
  #hasFallenBack = false;
  /** Whether there was a connection since the start. */
  #wasConnected = false;
  /** Whether a trouble was said and its end was not. */
  #hasComplained = true;
  readonly #refused = new RefusedTopics();
  #tryRefused: NodeJS.Timeout | undefined;
  #settling: NodeJS.Timeout | undefined;
  #problem: string | undefined;
  /** What a broker takes that does not say how much it takes. */
  #mostBytes: number | undefined;
  #waiters: (() => void)[] = [];
  /** What is subscribed to on this connection. */
  readonly #filters = new Set<string>();
  /** That the broker lets us not hear everything. */
  #unheard: string | undefined;
  #tryListening: NodeJS.Timeout | undefined;

  constructor(settings: LinkSettings) {
    const { maxQueuedEvents, maxEventAgeMs, protocolVersion } = settings.options;
    this.#settings = settings;
    this.#outbox = new Outbox({ maxEvents: maxQueuedEvents, maxEventAgeMs }, () => performance.now());
    this.#version = protocolVersion === 4 ? 4 : 5;
  }

  get health(): MqttHealth {
    const problem = this.#problem ?? this.#unheard;
    return {
      connected: this.#isConnected,
      since: this.#since.toISOString(),
      queued: this.#outbox.queued,
      dropped: this.#outbox.dropped,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  get connected(): boolean {
    return this.#isConnected;
  }

  start(): void {
    this.#connect();
  }

  /** Puts a message in; volatile ones only while connected. */
  publish(message: Message): void {
    if (this.#stopping || ((message.keep === 'volatile' || message.keep === 'answer') && !this.#isConnected)) return;
    this.#outbox.put(message);
    this.#pump();
    if (message.keep === 'event' && !this.#isConnected) this.#tell();
  }

  /** Makes these what is subscribed to. Resolves when the broker has answered, or is gone. */
  async listen(subscriptions: readonly Subscription[]): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined || !this.#isConnected || this.#stopping) return;
    const wanted = new Set(subscriptions.map(({ filter }) => filter));
    const gone = [...this.#filters].filter((filter) => !wanted.has(filter));
    const added = subscriptions.filter(({ filter }) => !this.#filters.has(filter));
    for (const filter of gone) this.#filters.delete(filter);
    for (const { filter } of added) this.#filters.add(filter);
    connection.unsubscribe(gone);
    if (added.length === 0) return;
    const refused = await connection.subscribe(added);
    if (connection !== this.#connection) return;
    for (const filter of refused) this.#filters.delete(filter);
    this.#hear(refused, subscriptions);
  }

  /** What may not be subscribed to is tried again, so that a mended access list is noticed. */
  #hear(refused: readonly string[], subscriptions: readonly Subscription[]): void {
    const [first] = refused;
    const { options, logger } = this.#settings;
    const was = this.#unheard;
    this.#unheard =
      first === undefined
        ? undefined
        : `The broker does not let this user subscribe to ${first}${refused.length === 1 ? '' : ` and ${refused.length - 1} more`}`;
    clearTimeout(this.#tryListening);
    if (this.#unheard !== undefined) {
      logger.warn(`MQTT: ${this.#unheard}`, { broker: options.address });
      this.#tryListening = setTimeout(() => void this.listen(subscriptions), options.retryRefusedMs).unref();
    } else if (was !== undefined) logger.info('the MQTT broker lets this user subscribe to everything now', { broker: options.address });
    if (was !== this.#unheard) this.#tell();
  }

  /** Drops the state that waits, before all of it is put in again. */
  beginState(): void {
    this.#outbox.clearSlots();
  }

  /** The full state is in: send it, then the events that waited. */
  ready(): void {
    this.#outbox.eventsLast();
    this.#isSending = true;
    this.#pump();
  }

  /** Sends `farewell` after what waits, if it can be done in time, and disconnects. */
  async stop(farewell: readonly Message[]): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#retry);
    clearInterval(this.#tryRefused);
    clearTimeout(this.#settling);
    clearTimeout(this.#tryListening);
    const connection = this.#connection;
    if (!connection) return;
    if (!this.#isConnected) {
      connection.destroy();
      return;
    }
    const deadlineMs = performance.now() + this.#settings.options.stopTimeoutMs;
    for (const message of farewell) this.#outbox.put(message);
    this.#isSending = true;
    this.#pump();
    await this.#drained(deadlineMs);
    await connection.close(Math.max(50, Math.min(500, deadlineMs - performance.now())));
  }

  #connect(): void {
    const { options, clientId, will } = this.#settings;
    this.#connection = undefined;
    try {
      const tls = typeof options.tls === 'function' ? options.tls() : options.tls;
      this.#connection = this.#open({ options, clientId, will, version: this.#version, tls, resumes: this.#wasConnected, mostBytes: this.#mostBytes });
    } catch (error) {
      this.#ended({ text: error instanceof Error ? error.message : 'The certificates could not be read', wrongVersion: false }, []);
    }
  }

  #open(settings: ConnectionSettings): BrokerConnection {
    try {
      return new BrokerConnection(settings, {
        onConnected: () => this.#connected(),
        onMessage: (message) => {
          if (!this.#stopping) this.#settings.onMessage(message);
        },
        onSpace: () => this.#pump(),
        onTaken: (message) => this.#taken(message),
        onRefused: (message, what) => this.#refusedBy(message, what),
        onEnd: (problem, unsent) => this.#ended(problem, unsent),
      });
    } catch {
      // mqtt.js throws on TLS material it cannot read; its text may quote it.
      throw new TypeError('The connection could not be prepared; the TLS certificate or key cannot be used');
    }
  }

  #connected(): void {
    this.#isSending = false;
    this.#isConnected = true;
    this.#wasConnected = true;
    this.#connectedAtMs = performance.now();
    this.#since = new Date();
    this.#problem = undefined;
    const { logger, options, onConnected } = this.#settings;
    if (this.#hasComplained) logger.info('connected to the MQTT broker', { broker: options.address, protocolVersion: this.#version });
    this.#hasComplained = false;
    this.#tell();
    onConnected();
  }

  #taken(message: Message): void {
    if (!this.#refused.taken(message)) return;
    const { problem } = this.#refused;
    this.#problem = problem;
    if (problem === undefined) {
      clearInterval(this.#tryRefused);
      this.#tryRefused = undefined;
      this.#settings.logger.info('the MQTT broker lets this user publish everything now', { broker: this.#settings.options.address });
    }
    this.#tellSoon();
  }

  #refusedBy(message: Message, what: string): void {
    this.#refused.refused(message, what, performance.now());
    this.#problem = this.#refused.problem;
    this.#tellSoon();
    this.#settings.logger.warn(`MQTT: The broker ${what}`, { broker: this.#settings.options.address, topic: message.topic });
    this.#tryRefused ??= setInterval(() => {
      for (const again of this.#refused.again(performance.now())) if (!this.#outbox.holds(again.topic)) this.#outbox.put(again);
      this.#pump();
    }, this.#settings.options.retryRefusedMs).unref();
  }

  #ended(given: ConnectionProblem, unsent: readonly Entry[]): void {
    const problem = this.#suspected(given);
    const wasConnected = this.#isConnected;
    this.#connection = undefined;
    this.#isSending = false;
    this.#isConnected = false;
    // Half of what may have been too large: in a few attempts it fits, however many there are that do not.
    this.#mostBytes = given.isOverSize === undefined ? undefined : Math.floor(Math.max(...unsent.map(({ message }) => packetBytes(message))) / 2);
    this.#outbox.giveBack(unsent);
    this.#outbox.dropVolatile();
    this.#wake();
    this.#refused.clear();
    this.#filters.clear();
    this.#unheard = undefined;
    clearTimeout(this.#tryListening);
    clearInterval(this.#tryRefused);
    this.#tryRefused = undefined;
    if (wasConnected) {
      this.#since = new Date();
      this.#settings.onDisconnected();
    }
    if (this.#stopping) return this.#tell();
    const { options, logger } = this.#settings;
    const mayFallBack = options.protocolVersion === 'auto' && problem.wrongVersion && this.#version === 5;
    if (mayFallBack) {
      this.#version = 4;
      if (!this.#hasFallenBack) logger.info('the MQTT broker does not speak MQTT 5, using 3.1.1', { broker: options.address });
      this.#hasFallenBack = true;
      this.#retry = setTimeout(() => this.#connect(), 0);
      return;
    }
    // The broker that comes back may be a newer one.
    if (wasConnected && options.protocolVersion === 'auto') this.#version = 5;
    // A broker that lets us in and throws us out is not asked every second.
    if (wasConnected && performance.now() - this.#connectedAtMs >= Math.min(GOOD_MS, options.reconnectMaxMs)) this.#failures = 0;
    // Two that throw each other out would do so at every try.
    const failures = problem.takenOver ? Number.POSITIVE_INFINITY : this.#failures;
    const delayMs = Math.min(options.reconnectMinMs * 2 ** failures, options.reconnectMaxMs) * (0.75 + Math.random() / 4);
    this.#failures++;
    this.#problem = problem.text;
    this.#tell();
    if (logger.warn(`MQTT: ${problem.text}`, { broker: options.address, retryInMs: Math.round(delayMs) })) this.#hasComplained = true;
    this.#retry = setTimeout(() => this.#connect(), delayMs);
  }

  #suspected(problem: ConnectionProblem): ConnectionProblem {
    if (!this.#isConnected || !problem.isUnexplained) return problem;
    const lastedMs = performance.now() - this.#connectedAtMs;
    if (lastedMs >= QUIET_MS) this.#thrownOut = 0;
    else if (lastedMs < GOOD_MS) this.#thrownOut++;
    if (this.#thrownOut < SUSPICIOUS) return problem;
    const text = `The broker lets ${this.#settings.clientId} in and closes the connection soon after; perhaps another client has this id, such as a second bridge for this recorder: stop one of them, or give it another client id`;
    return { text, wrongVersion: false, takenOver: true };
  }

  #pump(): void {
    // Sending may call back at once; the loop that is running goes on with it.
    if (this.#isPumping) return;
    this.#isPumping = true;
    const connection = this.#connection;
    while (this.#isSending && connection?.hasSpace) {
      const entry = this.#outbox.take();
      if (!entry) break;
      connection.send(entry, performance.now() - entry.atMs);
    }
    this.#isPumping = false;
    if (this.#outbox.size === 0 && (connection?.inFlight ?? 0) === 0) this.#wake();
  }

  async #drained(deadlineMs: number): Promise<void> {
    const isIdle = () => !this.#connection || (this.#outbox.size === 0 && this.#connection.inFlight === 0);
    if (isIdle()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, deadlineMs - performance.now()));
      this.#waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }

  #tellSoon(): void {
    this.#settling ??= setTimeout(() => this.#tell(), SETTLED_MS).unref();
  }

  #tell(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.#settings.options.onHealth?.(this.health);
  }
}
