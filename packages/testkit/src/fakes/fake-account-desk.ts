// Accounts in memory: a few that tests need, with tokens that say who they are.
import type {
  AuditPage,
  LoginTokens,
  MediaToken,
  MediaTokenRequest,
  PasswordChange,
  TokenInfo,
  TokenInput,
  User,
  UserChanges,
  UserInput,
} from '@nightjar/client';
import { type AccountDesk, type Principal, RecorderError, ROLES } from '@nightjar/core';

const CREATED = '2026-01-01T12:00:00.000Z';

const user = (name: string, role: User['role'], cameras: User['cameras'] = null): User => ({
  name,
  role,
  permissions: ROLES[role],
  cameras,
  enabled: true,
  createdAt: CREATED,
});

/** `AccountDesk` in memory. An account's password and token are its name; a machine's token is `machine`. */
export class FakeAccountDesk implements AccountDesk {
  readonly #users = new Map<string, User>();
  readonly #principals = new Map<string, Principal>();
  readonly #listeners = new Set<() => void>();
  #count = 0;
  /** Every token that was looked at, in order. */
  readonly identified: string[] = [];
  /** Who was told no, and to what: `viewer createCamera NOT_ALLOWED`. */
  readonly refusals: string[] = [];

  /** @param camera - The one that `limited`, `limited-operator` and `limited-admin` may see; `elsewhere` may see another one only. */
  constructor(camera = 'porch') {
    const users = [user('admin', 'admin'), user('operator', 'operator'), user('viewer', 'viewer'), user('limited', 'viewer', [camera])];
    const limited = [user('limited-operator', 'operator', [camera]), user('limited-admin', 'admin', [camera])];
    for (const each of [...users, ...limited, user('elsewhere', 'viewer', ['elsewhere'])]) this.#put(each);
    this.#principals.set('machine', { name: 'machine', permissions: ROLES.operator, cameras: null, machine: true, tokenId: 'machine' });
  }

  async identify(token: string): Promise<Principal> {
    this.identified.push(token);
    const principal = this.#principals.get(token);
    if (principal === undefined) throw new RecorderError('NOT_LOGGED_IN', 'the token is not valid');
    return principal;
  }

  async refreshed({ tokenId, scope }: Principal): Promise<Principal | undefined> {
    const now = this.#principals.get(tokenId ?? '');
    return now && (scope === undefined ? now : { ...now, scope });
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  refusedInAddress(_peer: unknown, by?: Principal): void {
    this.refusals.push(`${by?.name ?? 'somebody'} token in an address`);
  }

  refused({ name }: Principal, operation: string, { code }: RecorderError): void {
    this.refusals.push(`${name} ${operation} ${code}`);
  }

  async login({ name, password }: { readonly name: string; readonly password: string }): Promise<LoginTokens> {
    if (!this.#users.has(name) || password !== name) throw new RecorderError('LOGIN_FAILED', 'name or password is wrong');
    return tokensOf(name);
  }

  async refresh(refreshToken: string): Promise<LoginTokens> {
    const name = refreshToken.replace(/^refresh-/, '');
    if (!refreshToken.startsWith('refresh-') || !this.#users.has(name)) throw new RecorderError('NOT_LOGGED_IN', 'the token is not valid');
    return tokensOf(name);
  }

  async revoke(principal: Principal, { id }: { readonly id?: string; readonly all?: boolean }): Promise<void> {
    if (id !== undefined && !this.#principals.has(id)) throw new RecorderError('TOKEN_NOT_FOUND', `there is no token ${id}`);
    this.#principals.delete(id ?? principal.tokenId ?? '');
    this.#changed();
  }

  async mediaToken(principal: Principal, { cameraId, operations }: MediaTokenRequest): Promise<MediaToken> {
    this.#count += 1;
    const token = `media-${this.#count}`;
    this.#principals.set(token, { ...principal, scope: { cameraId, operations } });
    return { token, expiresAt: '2026-01-01T12:05:00.000Z' };
  }

  async users(): Promise<readonly User[]> {
    return [...this.#users.values()];
  }

  async user(name: string): Promise<User> {
    const found = this.#users.get(name);
    if (found === undefined) throw new RecorderError('USER_NOT_FOUND', `there is no account ${name}`);
    return found;
  }

  async createUser({ name, role = 'viewer', cameras = null }: UserInput): Promise<User> {
    if (this.#users.has(name)) throw new RecorderError('USER_EXISTS', `there is an account ${name} already`);
    return this.#put(user(name, role, cameras));
  }

  async updateUser(name: string, { role, cameras, enabled }: UserChanges): Promise<User> {
    const now = await this.user(name);
    const changed = user(name, role ?? now.role, cameras === undefined ? now.cameras : cameras);
    const put = this.#put({ ...changed, enabled: enabled ?? now.enabled });
    this.#changed();
    return put;
  }

  async deleteUser(name: string): Promise<void> {
    await this.user(name);
    this.#users.delete(name);
    this.#principals.delete(name);
    this.#changed();
  }

  async changePassword(principal: Principal, { currentPassword }: PasswordChange): Promise<void> {
    if (currentPassword !== principal.name) throw new RecorderError('LOGIN_FAILED', 'the password is wrong');
  }

  async audit(): Promise<AuditPage> {
    return { entries: [{ id: 1, at: CREATED, kind: 'login', name: 'admin', address: '127.0.0.1', detail: 'logged in', count: 1 }] };
  }

  async tokens(): Promise<readonly TokenInfo[]> {
    return [{ id: 'machine', kind: 'api', name: 'machine', role: 'operator', current: false, createdAt: CREATED }];
  }

  async createToken({ name, role = 'viewer', cameras = null }: TokenInput): Promise<{ readonly token: string; readonly info: TokenInfo }> {
    this.#count += 1;
    const id = `token-${this.#count}`;
    this.#principals.set(id, { name, permissions: ROLES[role], cameras, machine: true, tokenId: id });
    return { token: id, info: { id, kind: 'api', name, role, current: false, createdAt: CREATED } };
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #put(each: User): User {
    this.#users.set(each.name, each);
    this.#principals.set(each.name, { name: each.name, permissions: each.permissions, cameras: each.cameras, tokenId: each.name });
    return each;
  }
}

const tokensOf = (name: string): LoginTokens => ({ accessToken: name, refreshToken: `refresh-${name}`, expiresInSeconds: 7200 });
