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
  readonly limits: BrokerLimits;
}

/** From the host to the broker's process. */
export type ToBroker =
  | { readonly type: 'start'; readonly setup: BrokerSetup }
  /** These and no others may log in from now on; whoever may do something else now is disconnected. */
  | { readonly type: 'users'; readonly users: readonly HashedUser[] }
  | { readonly type: 'stop' };

/** From the broker's process to the host. */
export type FromBroker =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'refused'; readonly what: string; readonly client: string };
