// What the host and the broker's own process say to each other over IPC.
import type { BrokerLimits } from './broker-limits.ts';
import type { TopicLists } from './broker-rules.ts';

/** What a user of the broker may do. */
export type BrokerAccess = 'recorder' | 'control' | 'read';

/** A password that nobody knows from its hash: scrypt of its NFKC form. */
export interface ScryptHash {
  /** 128 · 2^ln · r bytes of memory, p times over. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
  /** Base64. */
  readonly salt: string;
  /** Base64. */
  readonly hash: string;
}

/** A user whose password is only known as a hash. */
export interface HashedUser {
  readonly username: string;
  readonly access: BrokerAccess;
  readonly acl?: TopicLists;
  /** HMAC-SHA-256 of the password with `hashKey` (hex), or what the configuration has. */
  readonly hash: string | ScryptHash;
}

/** Where to listen; port 0: any. */
export interface DoorAddress {
  readonly host: string;
  readonly port: number;
}

/** What is shown to clients, and asked of them, as PEM. */
export interface TlsPem {
  readonly cert: string;
  readonly key: string;
  /** Authority of the certificates that clients need; absent: they need none. */
  readonly clientCa?: string;
}

/** How the broker shall run. */
export interface BrokerSetup extends DoorAddress {
  /** Where it listens with TLS, once it has a certificate. */
  readonly tls?: DoorAddress;
  /** Path of a Unix socket for connections the recorder hands over. */
  readonly socket?: string;
  readonly base: string;
  /** Key of the password hashes, hex; new at each start. */
  readonly hashKey: string;
  readonly users: readonly HashedUser[];
  readonly anonymous: 'refuse' | 'read';
  /** Networks clients may come from, as CIDR; empty: all. */
  readonly allow: readonly string[];
  readonly limits: BrokerLimits;
}

/** From the host to the broker's process. */
export type ToBroker =
  | { readonly type: 'start'; readonly setup: BrokerSetup }
  /** These and no others may log in from now on; whoever may do something else now is disconnected. */
  | { readonly type: 'users'; readonly users: readonly HashedUser[] }
  /** Shows this certificate from now on. */
  | { readonly type: 'tls'; readonly pem: TlsPem }
  | { readonly type: 'stop' };

/** From the broker's process to the host. */
export type FromBroker =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'tls'; readonly port: number }
  | { readonly type: 'tls'; readonly problem: string }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'refused'; readonly what: string; readonly client: string };
