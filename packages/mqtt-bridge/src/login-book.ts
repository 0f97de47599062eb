// Passwords of the embedded broker: known as hashes only. What was right once is recognized at once; the rest costs a core and waits in line.
import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { HashedUser, ScryptHash } from './broker-messages.ts';

/** More are sent away: a password that costs a third of a second each must not keep a core busy for minutes. */
const MOST_WAITING = 16;
/** Takes as long as a real one of the usual cost, for names that are not there. */
const DECOY: ScryptHash = { ln: 14, r: 8, p: 5, salt: randomBytes(16).toString('base64'), hash: randomBytes(32).toString('base64') };

/** The hash under which the broker knows a password. @param hashKey - Hex. */
export function hashPassword(hashKey: string, password: string | Uint8Array): string {
  return createHmac('sha256', Buffer.from(hashKey, 'hex')).update(normalized(password)).digest('hex');
}

/** Keyboards write the same letter in several ways. */
const normalized = (password: string | Uint8Array): string =>
  (typeof password === 'string' ? password : Buffer.from(password).toString('utf8')).normalize('NFKC');

/** Who may log in. */
export class LoginBook {
  readonly #hashKey: string;
  #users: ReadonlyMap<string, HashedUser> = new Map();
  /** By user whose password stands as scrypt: the HMAC of the one that was right. */
  readonly #proven = new Map<string, string>();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(hashKey: string, users: readonly HashedUser[]) {
    this.#hashKey = hashKey;
    this.setUsers(users);
  }

  /** These, and no others. */
  setUsers(users: readonly HashedUser[]): void {
    const next = new Map(users.map((user) => [user.username, user]));
    for (const name of this.#proven.keys()) {
      if (JSON.stringify(next.get(name)?.hash) !== JSON.stringify(this.#users.get(name)?.hash)) this.#proven.delete(name);
    }
    this.#users = next;
  }

  find(username: string): HashedUser | undefined {
    return this.#users.get(username);
  }

  /**
   * Who logs in like this; an unknown name takes as long as a wrong password, where passwords stand as scrypt.
   * @returns `busy` where too many passwords wait to be looked at; nothing if it may not log in.
   */
  async userOf(username: string, password: Uint8Array): Promise<HashedUser | 'busy' | undefined> {
    const user = this.#users.get(username);
    const digest = hashPassword(this.#hashKey, password);
    const known = typeof user?.hash === 'string' ? user.hash : this.#proven.get(username);
    const isRight = timingSafeEqual(Buffer.from(digest), Buffer.from(known ?? '0'.repeat(digest.length)));
    if (known !== undefined) return isRight ? user : undefined;
    if (![...this.#users.values()].some(({ hash }) => typeof hash === 'object')) return undefined;
    if (this.#waiting >= MOST_WAITING) return 'busy';
    const hash = typeof user?.hash === 'object' ? user.hash : undefined;
    if (!(await this.#isOf(hash ?? DECOY, password)) || user === undefined || this.#users.get(username) !== user) return undefined;
    this.#proven.set(username, digest);
    return user;
  }

  /** One after the other: each takes megabytes and a core. */
  async #isOf(hash: ScryptHash, password: Uint8Array): Promise<boolean> {
    this.#waiting += 1;
    const done = this.#turn.then(() => isPasswordOf(hash, password));
    this.#turn = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      this.#waiting -= 1;
    }
  }
}

function isPasswordOf({ ln, r, p, salt, hash }: ScryptHash, password: Uint8Array): Promise<boolean> {
  const expected = Buffer.from(hash, 'base64');
  const options = { N: 2 ** ln, r, p, maxmem: 2 * 128 * 2 ** ln * r + 1024 * 1024 };
  return new Promise((resolve) => {
    scrypt(normalized(password), Buffer.from(salt, 'base64'), expected.length, options, (error, key) =>
      resolve(error === null && timingSafeEqual(key, expected)),
    );
  });
}
