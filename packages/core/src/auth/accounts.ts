// Everything about accounts in one place: what the API and the command line ask.
import { createSecretKey, type KeyObject } from 'node:crypto';
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
import type { RecorderError } from '../errors/recorder-error.ts';
import type { Principal } from '../model/permission.ts';
import { wallMs } from '../model/time.ts';
import type { TokenStore, UserStore } from '../ports/account-store.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { ScryptCost } from '../util/password-hash.ts';
import type { Secret } from '../util/secret.ts';
import type { PeerAddress } from './account-parts.ts';
import { checkUserName } from './account-rules.ts';
import { auditName, viewAuditEntry } from './account-views.ts';
import { AuditTrail } from './audit-trail-runner.ts';
import type { Action } from './authorize.ts';
import { BusyDatabaseRunner } from './busy-database-runner.ts';
import { LoginBrake } from './login-brake.ts';
import { LoginDesk } from './login-desk.ts';
import { OwnLogin } from './own-login.ts';
import { PasswordHasher } from './password-hasher.ts';
import { TokenDesk } from './token-desk.ts';
import { TokenReader } from './token-reader.ts';
import { UserDesk } from './user-desk.ts';

const TIDY_EVERY_MS = 3_600_000;
/** Rows of tokens that have expired stay so long, so that it can be said why they are refused. */
const KEEP_EXPIRED_MS = 7 * 86_400_000;

/** What accounts are made with. */
export interface AccountsOptions {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
  /** What tokens are signed with; asked for when the first one is. */
  readonly secretKey: () => Promise<Secret>;
  /** What a media token can be made for; asked for when the first one is. */
  readonly mediaActions: () => Promise<readonly Action[]>;
  /** For tests; else `SCRYPT_COST`. */
  readonly cost?: ScryptCost;
}

/** The `AccountDesk` of the recorder. */
export class Accounts {
  readonly #users: UserDesk;
  readonly #logins: LoginDesk;
  readonly #tokens: TokenDesk;
  readonly #own: OwnLogin;
  readonly #reader: TokenReader;
  readonly #trail: AuditTrail;
  readonly #stopTidying: () => void;
  readonly #listeners = new Set<() => void>();
  #key: Promise<KeyObject> | undefined;

  constructor({ users, tokens, audit, clock, log, secretKey, mediaActions, cost }: AccountsOptions) {
    const database = new BusyDatabaseRunner(clock);
    this.#trail = new AuditTrail({ audit, clock, log: log.child({ part: 'accounts' }), database });
    const parts = { users, tokens, clock, database, hasher: new PasswordHasher(cost), brake: new LoginBrake(), trail: this.#trail };
    const key = (): Promise<KeyObject> => (this.#key ??= secretKey().then((secret) => createSecretKey(secret.reveal(), 'utf8')));
    this.#reader = new TokenReader({ ...parts, key });
    this.#users = new UserDesk(parts);
    this.#logins = new LoginDesk({ ...parts, key, reader: this.#reader, ended: () => this.#tellChanged() });
    this.#tokens = new TokenDesk({ ...parts, key, mediaActions });
    this.#own = new OwnLogin(parts);
    this.#stopTidying = clock.every(TIDY_EVERY_MS, () => {
      tokens.delete({ expiredBefore: wallMs(clock.wall() - KEEP_EXPIRED_MS) }).catch(() => undefined);
    });
  }

  identify(token: string, peer: PeerAddress): Promise<Principal> {
    return this.#reader.identify(token, peer);
  }

  refreshed(principal: Principal): Promise<Principal | undefined> {
    return this.#reader.refreshed(principal);
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  refusedInAddress(peer: PeerAddress, by?: Principal): void {
    const detail = by === undefined ? 'a token in an address that takes none' : `${by.machine === true ? "machine's" : 'access'} token in an address`;
    this.#reader.refuse(detail, { name: by === undefined ? null : auditName(by), peer });
  }

  refused(principal: Principal, operation: string, error: RecorderError, { address }: PeerAddress): void {
    this.#trail.record({ kind: 'not-allowed', name: auditName(principal), address, detail: `${operation}: ${error.message}`, topic: operation });
  }

  login(credentials: { readonly name: string; readonly password: string }, peer: PeerAddress): Promise<LoginTokens> {
    return this.#logins.login(credentials, peer);
  }

  refresh(refreshToken: string, peer: PeerAddress): Promise<LoginTokens> {
    return this.#logins.refresh(refreshToken, peer);
  }

  revoke(principal: Principal, what: { readonly id?: string; readonly all?: boolean; readonly user?: string }, peer: PeerAddress): Promise<void> {
    return this.#changing(this.#tokens.revoke(principal, what, peer));
  }

  mediaToken(principal: Principal, request: MediaTokenRequest): Promise<MediaToken> {
    return this.#tokens.createMediaToken(principal, request);
  }

  /** A media token that stands for the recorder itself, which may look at everything. */
  async ownMediaToken(request: MediaTokenRequest): Promise<MediaToken> {
    return this.#tokens.createMediaToken(await this.#own.principal(), request);
  }

  users(): Promise<readonly User[]> {
    return this.#users.list();
  }

  user(name: string): Promise<User> {
    return this.#users.get(name);
  }

  /** @throws RecorderError `INPUT_INVALID` where no account can be called that. */
  checkName(name: string): void {
    checkUserName(name);
  }

  createUser(input: UserInput, by: Principal, peer: PeerAddress): Promise<User> {
    return this.#users.create(input, by, peer);
  }

  updateUser(name: string, changes: UserChanges, by: Principal, peer: PeerAddress): Promise<User> {
    return this.#changing(this.#users.update(name, changes, by, peer));
  }

  deleteUser(name: string, by: Principal, peer: PeerAddress): Promise<void> {
    return this.#changing(this.#users.delete(name, by, peer));
  }

  async changePassword(principal: Principal, change: PasswordChange, peer: PeerAddress): Promise<void> {
    await this.#logins.proveOwn(principal, change, peer);
    await this.#changing(this.#users.update(principal.name, { password: change.newPassword }, principal, peer));
  }

  tokens(principal: Principal): Promise<readonly TokenInfo[]> {
    return this.#tokens.list(principal);
  }

  createToken(input: TokenInput, by: Principal, peer: PeerAddress): Promise<{ readonly token: string; readonly info: TokenInfo }> {
    return this.#tokens.create(input, by, peer);
  }

  async audit({ limit, before }: { readonly limit: number; readonly before?: number }): Promise<AuditPage> {
    const entries = await this.#trail.list(limit, before);
    const last = entries.at(-1);
    return { entries: entries.map(viewAuditEntry), ...(entries.length < limit || last === undefined ? {} : { nextBefore: last.id }) };
  }

  /** Also where it failed: some of it may have been done. */
  async #changing<T>(change: Promise<T>): Promise<T> {
    try {
      return await change;
    } finally {
      this.#tellChanged();
    }
  }

  #tellChanged(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Writes what the audit log has to say yet, and stops. */
  async close(): Promise<void> {
    this.#stopTidying();
    await this.#own.end();
    await this.#trail.close();
  }
}
