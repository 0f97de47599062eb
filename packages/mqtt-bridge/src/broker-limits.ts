// How much of the embedded broker anybody may use.

/** Every limit. */
export interface BrokerLimits {
  /** Connections at a time. */
  readonly maxConnections: number;
  /** Larger packets end the connection. */
  readonly maxPacketBytes: number;
  readonly maxTopicLevels: number;
  /** Keep-alive above this is cut (5) or refused (3.1.1), so that dead clients are noticed. */
  readonly maxKeepAliveSeconds: number;
  /** Filters a client may have subscribed to. */
  readonly maxSubscriptions: number;
  /** Messages of QoS 1 and 2 that wait for a client that is away for a while (MQTT 5) or does not acknowledge them. */
  readonly maxQueuedMessages: number;
  /** Bytes that may wait for one client: sent and not read, and as many queued. Beyond, pictures are left out, then it is disconnected. */
  readonly maxUnreadBytes: number;
  /** Of all clients but the recorder; beyond, messages are passed on and not kept. */
  readonly maxRetainedBytes: number;
  readonly maxRetainedTopics: number;
  /** Messages a client may publish in a second, large ones counting several times; what it sends beyond is read later. */
  readonly maxPublishesPerSecond: number;
  /** How long a client may take to say CONNECT. */
  readonly connectTimeoutMs: number;
}

/** What is in force unless somebody says otherwise. */
export const BROKER_LIMITS: BrokerLimits = {
  maxConnections: 100,
  maxPacketBytes: 1024 * 1024,
  maxTopicLevels: 20,
  maxKeepAliveSeconds: 3600,
  maxSubscriptions: 200,
  maxQueuedMessages: 5000,
  maxUnreadBytes: 16 * 1024 * 1024,
  maxRetainedBytes: 16 * 1024 * 1024,
  maxRetainedTopics: 10_000,
  maxPublishesPerSecond: 500,
  connectTimeoutMs: 10_000,
};
