// Passwords as they are kept: scrypt, its cost beside the hash so that it can grow. A hash takes memory and a core, so few run at once.
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { RecorderError } from '../errors/recorder-error.ts';
import { parseScryptHash, type ScryptCost, writeScryptHash } from '../util/password-hash.ts';

/** 16 MiB and some tenths of a second on a small machine; OWASP lists it as equal to 128 MiB in one pass. */
export const SCRYPT_COST: ScryptCost = { ln: 14, r: 8, p: 5 };

/** At once: recording's file operations need the other threads of the pool. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 32;
const RETRY_AFTER_SECONDS = 5;

const SALT_BYTES = 16;
const HASH_BYTES = 32;
interface StoredHash {
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Makes and compares hashes. */
export class PasswordHasher {
  readonly #cost: ScryptCost;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(cost: ScryptCost = SCRYPT_COST) {
    this.#cost = cost;
  }

  /** @throws RecorderError `TOO_MANY_REQUESTS` where too many wait already. */
  async hash(password: string): Promise<string> {
    const { ln, r, p } = this.#cost;
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#derive(password, { cost: this.#cost, salt, hash: Buffer.alloc(HASH_BYTES) });
    return writeScryptHash({ ln, r, p, salt: salt.toString('base64'), hash: hash.toString('base64') });
  }

  /**
   * Whether it is the password of a stored hash.
   *
   * @param stored - Absent, for an account that does not exist: `false`, after as much time.
   * @throws RecorderError `TOO_MANY_REQUESTS` where too many wait already.
   */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const known = stored === undefined ? undefined : parse(stored);
    const wanted = known ?? { cost: this.#cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
    const hash = await this.#derive(password, wanted);
    return timingSafeEqual(hash, wanted.hash) && known !== undefined;
  }

  /** Whether a password that was right should be hashed anew, because today's cost is another. */
  isOutdated(stored: string): boolean {
    const { ln, r, p } = this.#cost;
    const cost = parse(stored)?.cost;
    return cost?.ln !== ln || cost.r !== r || cost.p !== p;
  }

  async #derive(password: string, { cost, salt, hash }: StoredHash): Promise<Buffer> {
    await this.#enter();
    try {
      const size = 128 * 2 ** cost.ln * cost.r;
      const options: ScryptOptions = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: 2 * size + 1024 * 1024 };
      // Keyboards write the same letter in several ways.
      return await new Promise((resolve, reject) =>
        scrypt(password.normalize('NFKC'), salt, hash.length, options, (error, key) => (error === null ? resolve(key) : reject(error))),
      );
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < MOST_AT_ONCE) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= MOST_WAITING)
      throw new RecorderError('TOO_MANY_REQUESTS', 'too many logins at once; try again', { context: { retryAfterSeconds: RETRY_AFTER_SECONDS } });
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The next one takes over the place, or it is free. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

function parse(stored: string): StoredHash | undefined {
  const parsed = parseScryptHash(stored);
  if (parsed === undefined) return undefined;
  const { salt, hash, ...cost } = parsed;
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}
