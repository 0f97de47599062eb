// Settings of the embedded broker and what is wrong with them.
import { isIP } from 'node:net';
import { BROKER_LIMITS, type BrokerLimits } from './broker-limits.ts';
import type { BrokerAccess, DoorAddress, ScryptHash, TlsPem } from './broker-messages.ts';
import type { TopicLists } from './broker-rules.ts';
import type { BridgeLogger } from './logger.ts';
import { filterProblem } from './topic-filter.ts';
import { baseTopicProblem } from './topics.ts';

/** Name under which the recorder itself logs in. */
export const RECORDER_USER = 'nightjar-recorder';

/** Someone who may log in. */
export interface BrokerUser {
  readonly username: string;
  /** Plain, or as scrypt. */
  readonly password: string | ScryptHash;
  /** `recorder` may do everything, `control` may send commands and use topics outside the base, `read` only reads. */
  readonly access: BrokerAccess;
  /** Narrows what `access` allows, to the topics of these filters. */
  readonly acl?: TopicLists;
}

/** TLS of the broker. */
export interface BrokerTls extends DoorAddress {
  /** Reads the certificate; called again every minute. What it throws is the problem, and the certificate before stays in use. */
  read(): TlsPem;
  /** Why there is no TLS, or none anybody should trust; nothing: all is well. The rest of the broker does not depend on it. */
  onProblem?(problem: string | undefined): void;
}

/** Where it listens, who may log in, and its limits. */
export interface EmbeddedBrokerOptions extends Partial<BrokerLimits> {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 1883; 0 takes a free one. */
  readonly port?: number;
  /** The recorder's base topic, default `nightjar`. */
  readonly base?: string;
  /** Besides the recorder itself, whose user is made anew at each start. */
  readonly users?: readonly BrokerUser[];
  /** `read`: clients without a user name may read below the base; loopback only. Default `refuse`. */
  readonly anonymous?: 'refuse' | 'read';
  /** Networks clients may come from, as CIDR. Default: all. */
  readonly allow?: readonly string[];
  /** Listens with TLS as well. */
  readonly tls?: BrokerTls;
  readonly logger?: BridgeLogger;
  /** Called when it begins or ceases to listen, with the reason. */
  readonly onState?: (state: { readonly listening: boolean; readonly problem?: string }) => void;
}

/** @throws {TypeError} in one sentence, without passwords, if an option cannot be used. */
export function checkBrokerOptions(options: EmbeddedBrokerOptions): void {
  const { host = '127.0.0.1', port = 1883, base = 'nightjar', allow = [], users = [], anonymous } = options;
  const problem = baseTopicProblem(base);
  if (problem) throw new TypeError(`The base topic ${problem}`);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError('The broker’s port must be a whole number from 0 to 65535');
  if (anonymous === 'read' && !isLoopback(host)) throw new TypeError('Reading without a password is only possible on a loopback address');
  const network = allow.find((candidate) => !isNetwork(candidate));
  if (network !== undefined) throw new TypeError(`${network} is not an address or a network like 192.0.2.0/24`);
  for (const name of Object.keys(BROKER_LIMITS) as (keyof BrokerLimits)[]) {
    const limit = options[name];
    if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) throw new TypeError(`${name} must be a whole number above 0`);
  }
  checkUsers(users);
}

/** @throws {TypeError} in one sentence, without passwords, if somebody cannot be let in like this. */
export function checkUsers(users: readonly BrokerUser[]): void {
  const seen = new Set<string>();
  for (const user of users) {
    checkUser(user);
    if (seen.has(user.username)) throw new TypeError(`The user ${user.username} of the broker is there twice`);
    seen.add(user.username);
  }
}

function checkUser({ username, password, acl }: BrokerUser): void {
  for (const filter of [...(acl?.read ?? []), ...(acl?.write ?? [])]) {
    const problem = filterProblem(filter);
    if (problem !== undefined) throw new TypeError(`${JSON.stringify(filter)} is no topic filter: ${problem}`);
  }
  if (username === '' || username === RECORDER_USER) throw new TypeError(`A user of the broker must have a name other than ${RECORDER_USER}`);
  if (password === '') throw new TypeError(`The user ${username} of the broker must have a password`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isNetwork(network: string): boolean {
  const [address = '', prefix, ...rest] = network.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
}
