// Accounts, tokens and the audit log in memory, with a switch that makes every call fail.
import {
  type AuditBounds,
  type AuditEntry,
  type AuditFact,
  type AuditLog,
  type FoundToken,
  isAdmin,
  isFailedLogin,
  MOST_LOGINS,
  MOST_USERS,
  REFUSALS,
  type TokenRecord,
  type TokenSelection,
  type TokenStore,
  type UserRecord,
  type UserStore,
  type WallMs,
} from '@nightjar/core';

const key = (name: string): string => name.toLowerCase();
const sameName = (a: string, b: string): boolean => key(a) === key(b);

/** `UserStore` in memory. Set `failure` to make calls reject with it. */
export class MemoryUserStore implements UserStore {
  readonly rows = new Map<string, UserRecord>();
  /** Of the same accounts: what is forgotten with one. */
  tokens: MemoryTokenStore | undefined;
  failure: Error | undefined;

  async get(name: string): Promise<UserRecord | undefined> {
    this.#enter();
    return this.rows.get(key(name));
  }

  async list(): Promise<readonly UserRecord[]> {
    this.#enter();
    return [...this.rows.values()].sort((a, b) => (key(a.name) < key(b.name) ? -1 : 1)).slice(0, MOST_USERS);
  }

  async add(user: UserRecord): Promise<boolean> {
    this.#enter();
    if (this.rows.has(key(user.name))) return false;
    this.rows.set(key(user.name), structuredClone(user));
    return true;
  }

  async replace(user: UserRecord): Promise<'done' | 'stale' | 'last-admin'> {
    this.#enter();
    const before = this.rows.get(key(user.name));
    if (before?.revision !== user.revision) return 'stale';
    if (!isAdmin(user) && this.#isLastAdmin(before)) return 'last-admin';
    const { name, createdMs, lastLoginMs } = before;
    this.rows.set(key(name), { ...structuredClone(user), name, createdMs, lastLoginMs, revision: user.revision + 1 });
    return 'done';
  }

  async delete(name: string): Promise<'done' | 'unknown' | 'last-admin'> {
    this.#enter();
    const user = this.rows.get(key(name));
    if (user === undefined) return 'unknown';
    if (this.#isLastAdmin(user)) return 'last-admin';
    this.rows.delete(key(name));
    await this.tokens?.delete({ loginsOf: name });
    return 'done';
  }

  async sawLogin(name: string, atMs: WallMs): Promise<void> {
    this.#enter();
    const user = this.rows.get(key(name));
    if (user !== undefined) this.rows.set(key(name), { ...user, lastLoginMs: atMs });
  }

  #isLastAdmin(user: UserRecord): boolean {
    return isAdmin(user) && ![...this.rows.values()].some((other) => isAdmin(other) && !sameName(other.name, user.name));
  }

  #enter(): void {
    if (this.failure) throw this.failure;
  }
}

/** `TokenStore` in memory, over the accounts of a `MemoryUserStore`. */
export class MemoryTokenStore implements TokenStore {
  readonly rows = new Map<string, TokenRecord>();
  readonly #users: MemoryUserStore;
  failure: Error | undefined;

  constructor(users: MemoryUserStore) {
    this.#users = users;
    users.tokens = this;
  }

  async add(token: TokenRecord): Promise<boolean> {
    this.#enter();
    if (token.kind === 'login') {
      const user = this.#users.rows.get(key(token.user));
      if (user?.enabled !== true || user.stamp !== token.stamp) return false;
    }
    this.rows.set(token.id, structuredClone(token));
    if (token.kind === 'login') for (const { id } of (await this.list(token.user)).slice(MOST_LOGINS)) this.rows.delete(id);
    return true;
  }

  async find(id: string): Promise<FoundToken | undefined> {
    this.#enter();
    const token = this.rows.get(id);
    const user = token?.kind === 'login' ? this.#users.rows.get(key(token.user)) : undefined;
    return token && { token, ...(user === undefined ? {} : { user }) };
  }

  async list(user?: string): Promise<readonly TokenRecord[]> {
    this.#enter();
    return [...this.rows.values()]
      .filter((token) => user === undefined || (token.kind === 'login' && sameName(token.user, user)))
      .reverse()
      .sort((a, b) => b.createdMs - a.createdMs);
  }

  async rotate(id: string, spentId: string, refreshId: string, expiresMs: WallMs): Promise<boolean> {
    this.#enter();
    const token = this.rows.get(id);
    if (token?.kind !== 'login' || token.refreshId !== spentId) return false;
    this.rows.set(id, { ...token, refreshId, expiresMs });
    return true;
  }

  async touch(id: string, atMs: WallMs): Promise<void> {
    this.#enter();
    const token = this.rows.get(id);
    if (token !== undefined) this.rows.set(id, { ...token, lastUsedMs: atMs });
  }

  async delete(which: TokenSelection): Promise<number> {
    this.#enter();
    const ended = [...this.rows.values()].filter((token) => {
      if ('id' in which) return token.id === which.id;
      if ('loginsOf' in which) return token.kind === 'login' && sameName(token.user, which.loginsOf);
      return token.expiresMs !== null && token.expiresMs < which.expiredBefore;
    });
    for (const { id } of ended) this.rows.delete(id);
    return ended.length;
  }

  #enter(): void {
    if (this.failure) throw this.failure;
  }
}

/** `AuditLog` in memory. */
export class MemoryAuditLog implements AuditLog {
  entries: readonly AuditEntry[] = [];
  failure: Error | undefined;
  #nextId = 1;

  async add(fact: AuditFact): Promise<void> {
    if (this.failure) throw this.failure;
    this.entries = [{ ...fact, id: this.#nextId++ }, ...this.entries];
  }

  async list(limit: number, beforeId = Number.POSITIVE_INFINITY): Promise<readonly AuditEntry[]> {
    if (this.failure) throw this.failure;
    return this.entries.filter(({ id }) => id < beforeId).slice(0, Math.max(0, limit));
  }

  async prune({ since, refusals, others }: AuditBounds): Promise<number> {
    if (this.failure) throw this.failure;
    const before = this.entries.length;
    const left = { login: refusals, refusal: refusals, other: others };
    this.entries = this.entries.filter((entry) => {
      if (entry.atMs < since) return false;
      const sort = isFailedLogin(entry) ? 'login' : REFUSALS.includes(entry.kind) ? 'refusal' : 'other';
      left[sort] -= 1;
      return left[sort] >= 0;
    });
    return before - this.entries.length;
  }
}
