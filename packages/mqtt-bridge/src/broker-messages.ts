// What the host and the broker's own process say to each other over IPC.

/** What a user of the broker may do. */
export type BrokerAccess = 'recorder' | 'control' | 'read';

/** A user whose password is only known as a hash. */
export interface HashedUser {
  readonly username: string;
  readonly access: BrokerAccess;
  /** HMAC-SHA-256 of the password with `hashKey`, hex. */
  readonly hash: string;
}

/** How the broker shall run. */
export interface BrokerSetup {
  readonly host: string;
  readonly port: number;
  readonly base: string;
  /** Key of the password hashes, hex; new at each start. */
  readonly hashKey: string;
  readonly users: readonly HashedUser[];
  readonly anonymous: 'refuse' | 'read';
  /** Networks clients may come from, as CIDR; empty: all. */
  readonly allow: readonly string[];
  readonly maxConnections: number;
  readonly maxPacketBytes: number;
  readonly maxTopicLevels: number;
  readonly connectTimeoutMs: number;
}

/** From the host to the broker's process. */
export type ToBroker = { readonly type: 'start'; readonly setup: BrokerSetup } | { readonly type: 'stop' };

/** From the broker's process to the host. */
export type FromBroker =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'refused'; readonly what: string; readonly client: string };
