// Keeps one connection to the broker: connects, falls back to MQTT 3.1.1, waits longer after each failure.
import mqtt, { type IClientOptions, type IClientPublishOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { brokerProblem, ConnectionLost, isLoginRefused, isWrongVersion, publishProblem } from './broker-problem.ts';
import type { SiteMessage } from './subscription-book.ts';

/** How the connection is. `problem`: why it is not there, as a sentence. */
export interface LinkState {
  readonly status: 'idle' | 'connecting' | 'connected' | 'disconnected';
  readonly problem?: string;
  /** Whether that is the user name or the password. */
  readonly isLoginRefused?: boolean;
}

/** A sentence about a link that is not there. */
export function linkProblem({ status, problem }: LinkState): string {
  return problem ?? (status === 'connected' ? 'connected' : 'the connection to the broker is being made');
}

/** Where the broker is, and who connects. */
export interface LinkSettings {
  /** `mqtt:`, `mqtts:`, `ws:` or `wss:`. */
  readonly url: string;
  /** Stays the same when flows are deployed anew, so that the broker keeps what comes meanwhile. */
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Adds certificates; the TLS configuration node of Node-RED does. */
  readonly addTls?: ((options: IClientOptions) => void) | undefined;
  readonly version: 'auto' | 4 | 5;
  readonly keepaliveSeconds: number;
}

/** What the link tells its owner. */
export interface LinkListener {
  onState(state: LinkState): void;
  /** There is a connection. @returns What to subscribe to; it counts as connected once the broker has answered. */
  onConnected(): readonly string[];
  /** @returns A promise where it cannot be taken yet; until it resolves nothing else is delivered, and the broker knows that it was not taken. */
  onMessage(message: SiteMessage): Promise<void> | undefined;
  /** The broker has answered. @param isAllowed - Whether it lets this user listen to it. */
  onSubscribed(filter: string, isAllowed: boolean): void;
}

/** How a message is to be published. */
export interface PublishWish {
  readonly expirySeconds?: number;
  readonly responseTopic?: string;
  readonly correlation?: string;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
/** What comes while flows are deployed anew, or the network is away for a moment, is kept by the broker for so long. MQTT 5 only. */
const SESSION_SECONDS = 60;
/** A connection that did not last so long counts as a failure: two clients that throw each other out do it less and less often. */
const LASTING_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5000;
const PUBLISH_WITHIN_MS = 5000;
const GOODBYE_MS = 500;
/** Messages that nodes are given one after the other. */
const MOST_IN_TURN = 100;
const REFUSED = 128;

/** The connection of a site over time. */
export class BrokerLink {
  readonly #settings: LinkSettings;
  readonly #listener: LinkListener;
  #client: MqttClient | undefined;
  #retry: NodeJS.Timeout | undefined;
  #version: 4 | 5;
  #failures = 0;
  #connectedMs: number | undefined;
  #state: LinkState = { status: 'idle' };
  #problem: string | undefined;
  #isLoginRefused = false;
  #inTurn = 0;
  /** Ends each message that the broker has not taken yet: mqtt.js keeps them for a connection that this client never makes. */
  readonly #publishing = new Set<(error?: Error) => void>();

  constructor(settings: LinkSettings, listener: LinkListener) {
    this.#settings = settings;
    this.#listener = listener;
    this.#version = settings.version === 4 ? 4 : 5;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Whether requests can name where they want the answer. */
  get speaksMqtt5(): boolean {
    return this.#version === 5;
  }

  /** Connects, and connects again whenever the connection ends. */
  open(): void {
    if (this.#client !== undefined || this.#retry !== undefined) return;
    this.#tell({ status: 'connecting' });
    this.#connect();
  }

  /** Ends within a second. @param forgets - Whether the broker may forget what was subscribed to. */
  async close(forgets: boolean): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const client = this.#client;
    this.#client = undefined;
    this.#lose();
    this.#tell({ status: 'idle' });
    if (client === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GOODBYE_MS);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      if (client.connected && this.#version === 5) client.end(false, { properties: { sessionExpiryInterval: forgets ? 0 : SESSION_SECONDS } }, done);
      else client.end(true, {}, done);
    });
    // mqtt.js waits on for what the broker has not acknowledged, and takes no second word.
    client.stream.destroy();
  }

  /** Tells the broker what to send as well, where there is a connection. Refusals are told to the owner. */
  subscribe(filters: readonly string[]): void {
    if (this.#client !== undefined && this.#state.status === 'connected') this.#subscribe(this.#client, filters, () => undefined);
  }

  unsubscribe(filters: readonly string[]): void {
    if (this.#state.status === 'connected' && filters.length > 0) this.#client?.unsubscribe([...filters], () => undefined);
  }

  /** Publishes with QoS 1, never retained. @throws Error that says why the broker does not have it; ConnectionLost where nobody can tell whether it has. */
  async publish(topic: string, payload: string, { expirySeconds, responseTopic, correlation }: PublishWish = {}): Promise<void> {
    const client = this.#client;
    if (client === undefined || this.#state.status !== 'connected') throw new Error(`not connected: ${this.#state.problem ?? 'the connection is being made'}`);
    const properties = {
      ...(expirySeconds === undefined ? {} : { messageExpiryInterval: expirySeconds }),
      ...(responseTopic === undefined ? {} : { responseTopic }),
      ...(correlation === undefined ? {} : { correlationData: Buffer.from(correlation) }),
    };
    const options: IClientPublishOptions = { qos: 1, retain: false, ...(this.#version === 5 ? { properties } : {}) };
    await new Promise<void>((resolve, reject) => {
      const end = (error?: Error): void => {
        clearTimeout(timer);
        this.#publishing.delete(end);
        if (error === undefined) resolve();
        else reject(error);
      };
      const late = (): void => end(new Error(`the broker did not take the message on ${topic} within ${PUBLISH_WITHIN_MS / 1000} s`));
      const timer = setTimeout(late, PUBLISH_WITHIN_MS);
      this.#publishing.add(end);
      client.publish(topic, payload, options, (error) => end(error ? publishProblem(error, topic) : undefined));
    });
  }

  #connect(): void {
    this.#retry = undefined;
    this.#problem = undefined;
    this.#isLoginRefused = false;
    let client: MqttClient;
    try {
      client = mqtt.connect(this.#settings.url, this.#options());
    } catch (error) {
      // mqtt.js throws on certificates it cannot read, and may quote them.
      this.#problem = error instanceof TypeError ? 'the address of the broker cannot be used' : 'the TLS configuration cannot be used';
      this.#ended(undefined);
      return;
    }
    this.#client = client;
    client.handleMessage = (packet, callback) => this.#deliver(client, packet, callback);
    client.on('connect', () => {
      if (client !== this.#client) return;
      this.#connectedMs = performance.now();
      // A command is small, and somebody waits for its answer.
      if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function') client.stream.setNoDelay(true);
      this.#subscribe(client, this.#listener.onConnected(), () => this.#tell({ status: 'connected' }));
    });
    let awaitsTls = 'encrypted' in client.stream;
    client.stream.once('secureConnect', () => {
      awaitsTls = false;
    });
    // A web server that speaks no MQTT is told of there alone.
    client.stream.on('error', (error) => {
      if (client === this.#client) this.#problem ??= brokerProblem(error, awaitsTls);
    });
    client.on('error', (error) => {
      // The first one is why; that nothing came any more follows from it.
      this.#problem ??= brokerProblem(error, awaitsTls);
      this.#isLoginRefused = isLoginRefused(error);
      if (isWrongVersion(error) && this.#settings.version === 'auto' && this.#version === 5) this.#fallBack(client);
      // mqtt.js reads on after what it could not read.
      else client.end(true);
    });
    client.on('disconnect', (packet) => {
      if (packet.reasonCode !== undefined && packet.reasonCode >= REFUSED) this.#problem ??= brokerProblem({ code: packet.reasonCode });
    });
    client.on('close', () => this.#ended(client));
  }

  #subscribe(client: MqttClient, filters: readonly string[], done: () => void): void {
    if (filters.length === 0) return done();
    client.subscribe([...filters], { qos: 1 }, (_error, _asked, answer) => {
      if (client !== this.#client) return;
      // What mqtt.js makes of an answer says nothing of the others where one was refused.
      const codes = answer?.cmd === 'suback' ? answer.granted : [];
      for (const [at, code] of codes.entries()) this.#listener.onSubscribed(filters[at] ?? '', Number(code) < REFUSED);
      done();
    });
  }

  #options(): IClientOptions {
    const { clientId, username, password, addTls, keepaliveSeconds } = this.#settings;
    const options: IClientOptions = {
      clientId,
      // mqtt.js would take another id from the address, and everybody with that one would throw the others out.
      query: {},
      protocolVersion: this.#version,
      // A session of 3.1.1 never ends at some brokers, and would collect messages for nobody.
      clean: this.#version === 4,
      ...(this.#version === 5 ? { properties: { sessionExpiryInterval: SESSION_SECONDS } } : {}),
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
      keepalive: keepaliveSeconds,
      reschedulePings: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
    };
    addTls?.(options);
    return options;
  }

  /** Nodes get to work on what they have before more comes: a burst must not be too much for them while there is time. */
  #deliver(client: MqttClient, packet: IPublishPacket, callback: (error?: Error) => void): void {
    if (++this.#inTurn < MOST_IN_TURN) return this.#hand(client, packet, callback);
    this.#inTurn = 0;
    setImmediate(() => this.#hand(client, packet, callback));
  }

  #hand(client: MqttClient, packet: IPublishPacket, callback: (error?: Error) => void): void {
    if (client !== this.#client) return;
    const correlation = packet.properties?.correlationData?.toString();
    const userProperties = packet.properties?.userProperties;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const taken = this.#listener.onMessage({
      topic: packet.topic,
      payload,
      retained: packet.retain,
      ...(correlation === undefined ? {} : { correlation }),
      ...(userProperties === undefined ? {} : { userProperties }),
    });
    // One that is not taken when this ends is not acknowledged, so that the broker sends it again.
    if (taken === undefined) callback();
    else
      void taken.then(() => {
        if (client === this.#client) callback();
      });
  }

  #fallBack(client: MqttClient): void {
    this.#version = 4;
    this.#client = undefined;
    client.end(true);
    this.#retry = setTimeout(() => this.#connect(), 0);
  }

  #ended(client: MqttClient | undefined): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    client?.end(true);
    this.#lose();
    // The broker that comes back may be a newer one.
    if (this.#state.status === 'connected' && this.#settings.version === 'auto') this.#version = 5;
    if (this.#connectedMs !== undefined && performance.now() - this.#connectedMs > LASTING_MS) this.#failures = 0;
    this.#connectedMs = undefined;
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, LONGEST_RETRY_MS) * (0.75 + Math.random() / 4);
    this.#tell({ status: 'disconnected', problem: this.#problem ?? 'the broker closed the connection', isLoginRefused: this.#isLoginRefused });
    this.#retry = setTimeout(() => this.#connect(), waitMs);
  }

  #lose(): void {
    for (const end of [...this.#publishing]) end(new ConnectionLost());
  }

  #tell(state: LinkState): void {
    this.#state = state;
    this.#listener.onState(state);
  }
}
