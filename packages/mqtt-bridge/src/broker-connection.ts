// One connection to the broker, from CONNECT to its end. It never reconnects and it owns nothing that waits:
// what was not acknowledged goes back to its owner.
import { Socket } from 'node:net';
import mqtt, { type IClientOptions, type IClientPublishOptions, type MqttClient } from 'mqtt';
import { type ConnectionProblem, describeConnectionError, describeDisconnect, describeRefusal, SESSION_TAKEN_OVER } from './connection-problem.ts';
import type { Incoming, Subscription } from './incoming.ts';
import type { ResolvedOptions, TlsMaterial } from './options.ts';
import type { Entry, Message } from './outbox.ts';
import { packetBytes } from './packet-bytes.ts';

/** Delay of the last will on MQTT 5: hides short losses of the connection. */
const WILL_DELAY_SECONDS = 5;
/** Longer than the will's delay, which would otherwise be cut short. */
const SESSION_EXPIRY_SECONDS = 10;

/** Filters in one packet. */
const MOST_FILTERS = 100;
/** Reason codes from here on are refusals; 128 is the one of 3.1.1. */
const REFUSED = 128;

/** What the owner is told; each at most once except `onMessage`, `onSpace`, `onTaken` and `onRefused`. */
export interface ConnectionListener {
  onConnected(): void;
  onMessage(message: Incoming): void;
  /** There is room for more, or something was acknowledged. */
  onSpace(): void;
  /** The broker took a message. */
  onTaken(message: Message): void;
  /** The broker will not have messages on this topic from us (MQTT 5 only; older brokers stay silent or close). `what` follows `The broker`. */
  onRefused(message: Message, what: string): void;
  /** It is over. `unsent` are the messages that were not acknowledged, oldest first. */
  onEnd(problem: ConnectionProblem, unsent: readonly Entry[]): void;
}

/** Who connects and what shall be said after an unexpected end. */
export interface ConnectionSettings {
  readonly options: ResolvedOptions;
  readonly clientId: string;
  readonly version: 4 | 5;
  /** Nothing: an end is nobody's business. */
  readonly will: Message | undefined;
  readonly tls: TlsMaterial | undefined;
  /** Whether what the broker kept for us since an earlier connection is wanted: commands of a few seconds ago, on MQTT 5. */
  readonly resumes: boolean;
  /** Bytes a packet should have at most, where the broker showed it without saying so. */
  readonly mostBytes?: number | undefined;
}

/** A connection; made by `connectBroker`. */
export class BrokerConnection {
  readonly #client: MqttClient;
  readonly #listener: ConnectionListener;
  readonly #options: ResolvedOptions;
  readonly #version: 4 | 5;
  readonly #inFlight = new Set<Entry>();
  readonly #waiting = new Set<(granted: readonly number[]) => void>();
  #timer: NodeJS.Timeout;
  #problem: ConnectionProblem | undefined;
  #ended = false;
  /** Bytes of a packet. */
  #most: number;

  constructor(settings: ConnectionSettings, listener: ConnectionListener) {
    this.#options = settings.options;
    this.#version = settings.version;
    this.#listener = listener;
    this.#most = settings.mostBytes ?? Number.POSITIVE_INFINITY;
    this.#client = mqtt.connect(settings.options.broker, clientOptions(settings));
    this.#timer = this.#deadline(settings.options.connectTimeoutMs, 'The broker accepts connections but does not answer');
    this.#client.on('connect', ({ properties }) => {
      clearTimeout(this.#timer);
      // Whoever gave a command waits for its answer, which must not lie here until the state before it was acknowledged.
      if (this.#client.stream instanceof Socket) this.#client.stream.setNoDelay(true);
      this.#most = Math.min(this.#most, properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY);
      if (!this.#ended) listener.onConnected();
    });
    this.#client.on('message', (topic, payload, { retain, properties }) => {
      if (this.#ended) return;
      const { responseTopic, correlationData } = properties ?? {};
      listener.onMessage({
        topic,
        payload,
        retained: retain,
        ...(responseTopic === undefined ? {} : { responseTopic }),
        ...(correlationData === undefined ? {} : { correlationData }),
      });
    });
    this.#client.on('disconnect', ({ reasonCode }) => {
      if (reasonCode !== SESSION_TAKEN_OVER) {
        this.#problem ??= describeDisconnect(reasonCode);
        return;
      }
      const text = `Another client has connected as ${settings.clientId}, such as a second bridge for this recorder; stop one of them, or give it another client id`;
      this.#problem ??= { text, wrongVersion: false, takenOver: true };
    });
    this.#client.on('error', (error) => {
      const wasConnected = this.#client.connected;
      this.#problem ??= describeConnectionError(error);
      // What cannot be read has taken answers with it that would be waited for in vain.
      if (wasConnected) this.destroy();
    });
    // A broker that dislikes our certificate may say so after the handshake, where the library does not listen.
    this.#client.stream.once('error', (error: Error) => {
      this.#problem ??= describeConnectionError(error);
    });
    this.#client.on('close', () => this.#end());
  }

  /** Messages handed over and not acknowledged (QoS 1) or not yet taken by the socket (QoS 0). */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Whether another message may be handed over. */
  get hasSpace(): boolean {
    return !this.#ended && this.#client.connected && this.#inFlight.size < this.#options.maxInFlight;
  }

  send(entry: Entry, ageMs: number): void {
    const { message } = entry;
    if (packetBytes(message) > this.#most) {
      this.#listener.onRefused(message, `takes packets of ${this.#most} bytes at most, not the larger one`);
      return;
    }
    if (this.#inFlight.size === 0) this.#watch();
    this.#inFlight.add(entry);
    // mqtt.js accepts any bytes; a Buffer view costs no copy.
    const payload =
      typeof message.payload === 'string' ? message.payload : Buffer.from(message.payload.buffer, message.payload.byteOffset, message.payload.byteLength);
    this.#client.publish(message.topic, payload, this.#publishOptions(message, ageMs), (error) => {
      if (this.#ended || !this.#inFlight.has(entry)) return;
      if (error && !isRefusal(error)) return;
      if (error) this.#listener.onRefused(message, describeRefusal(error.code));
      else this.#listener.onTaken(message);
      this.#inFlight.delete(entry);
      this.#progress(message.qos);
      this.#listener.onSpace();
    });
  }

  /** Resolves with the filters the broker refused, or with none when the connection ends. */
  async subscribe(subscriptions: readonly Subscription[]): Promise<readonly string[]> {
    const refused: string[] = [];
    for (let at = 0; at < subscriptions.length && !this.#ended; at += MOST_FILTERS) {
      const some = subscriptions.slice(at, at + MOST_FILTERS);
      const granted = await new Promise<readonly number[]>((resolve) => {
        const asked = Object.fromEntries(some.map(({ filter, wantsRetained }) => [filter, { qos: 1 as const, nl: !wantsRetained, rh: wantsRetained ? 0 : 2 }]));
        const timer = this.#deadline(this.#options.stuckTimeoutMs, 'The broker does not answer subscriptions');
        this.#waiting.add(resolve);
        this.#client.subscribe(asked, (_error, _grants, packet) => {
          clearTimeout(timer);
          this.#waiting.delete(resolve);
          resolve((packet?.granted ?? []) as readonly number[]);
        });
      });
      refused.push(...some.filter((_, index) => (granted[index] ?? 0) >= REFUSED).map(({ filter }) => filter));
    }
    return refused;
  }

  unsubscribe(filters: readonly string[]): void {
    if (!this.#ended && filters.length > 0) this.#client.unsubscribe([...filters], () => {});
  }

  /** Says DISCONNECT (which cancels the last will) and ends, at the latest after `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      // The session ends with it: nothing shall wait for the next start.
      this.#client.end(this.#inFlight.size > 0 || !this.#client.connected, this.#version === 5 ? { properties: { sessionExpiryInterval: 0 } } : {}, () => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.destroy();
  }

  /** Ends at once, without a word. */
  destroy(): void {
    this.#client.stream.destroy();
    this.#client.end(true);
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    const unsent = [...this.#inFlight].sort((a, b) => a.order - b.order);
    this.#inFlight.clear();
    for (const resolve of this.#waiting) resolve([]);
    this.#client.end(true);
    this.#listener.onEnd(this.#problem ?? { text: 'The broker closed the connection', wrongVersion: false, isUnexplained: true }, unsent);
  }

  #progress(qos: 0 | 1): void {
    // A QoS 0 message only went into the socket's buffer: that says nothing about those waiting for an answer.
    if (qos === 0 && this.#inFlight.size > 0) return;
    clearTimeout(this.#timer);
    if (this.#inFlight.size > 0) this.#watch();
  }

  #watch(): void {
    this.#timer = this.#deadline(this.#options.stuckTimeoutMs, 'The broker has stopped taking messages');
  }

  #deadline(ms: number, text: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.#problem ??= { text, wrongVersion: false };
      this.destroy();
    }, ms).unref();
  }

  #publishOptions({ qos, retain, expirySeconds, contentType, userProperties, correlationData }: Message, ageMs: number): IClientPublishOptions {
    if (this.#version === 4) return { qos, retain };
    const properties = {
      ...(expirySeconds === undefined ? {} : { messageExpiryInterval: Math.max(1, Math.round(expirySeconds - ageMs / 1000)) }),
      ...(contentType === undefined ? {} : { contentType }),
      ...(userProperties === undefined ? {} : { userProperties: { ...userProperties } }),
      ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
    };
    return { qos, retain, properties };
  }
}

/** A PUBACK with a reason code: the broker has the message and will not have it another time either. */
function isRefusal(error: Error): error is Error & { readonly code: number } {
  return 'code' in error && typeof error.code === 'number';
}

function clientOptions({ options, clientId, version, will, tls, resumes }: ConnectionSettings): IClientOptions {
  const { username, password } = options;
  const secret = typeof password === 'function' ? password() : password;
  const willProperties = version === 5 ? { properties: { willDelayInterval: WILL_DELAY_SECONDS } } : {};
  return {
    clientId,
    protocolVersion: version,
    // On 5 the session must outlive the connection for the will's delay to count; commands of these few seconds are still meant.
    clean: version === 4 || !resumes,
    ...(version === 5 ? { properties: { sessionExpiryInterval: SESSION_EXPIRY_SECONDS } } : {}),
    ...(will === undefined ? {} : { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain, ...willProperties } }),
    ...(username === undefined ? {} : { username }),
    ...(secret === undefined ? {} : { password: secret }),
    ...(tls?.ca === undefined ? {} : { ca: pem(tls.ca) }),
    ...(tls?.cert === undefined ? {} : { cert: pem(tls.cert) }),
    ...(tls?.key === undefined ? {} : { key: pem(tls.key) }),
    rejectUnauthorized: tls?.rejectUnauthorized ?? true,
    keepalive: options.keepaliveSeconds,
    // A ping goes out on time even while we publish: only its answer tells that the broker still reads.
    reschedulePings: false,
    connectTimeout: options.connectTimeoutMs * 2,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
  };
}

function pem(value: string | Uint8Array): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value);
}
