// Logins: from a password to tokens, and on to the next ones.
import type { KeyObject } from 'node:crypto';
import type { LoginTokens, PasswordChange } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { LoginRecord, UserRecord } from '../model/account.ts';
import type { Principal } from '../model/permission.ts';
import { wallMs } from '../model/time.ts';
import type { AccountParts, PeerAddress } from './account-parts.ts';
import { auditName } from './account-views.ts';
import { randomId } from './machine-token.ts';
import type { TokenReader } from './token-reader.ts';

/** How long an access token is good for. */
export const ACCESS_SECONDS = 7200;
/** How long a refresh token is good for. */
export const REFRESH_SECONDS = 86_400;

/** What the desk for logins is made with. */
export interface LoginDeskParts extends AccountParts {
  readonly reader: TokenReader;
  readonly key: () => Promise<KeyObject>;
  /** Called once a login was ended because its refresh token was copied. */
  readonly ended: () => void;
}

/** The desk for logins. */
export class LoginDesk {
  readonly #parts: LoginDeskParts;
  #remembered: Promise<void> | undefined;

  constructor(parts: LoginDeskParts) {
    this.#parts = parts;
  }

  async login({ name, password }: { readonly name: string; readonly password: string }, peer: PeerAddress): Promise<LoginTokens> {
    const { database, users, tokens, clock, trail } = this.#parts;
    const user = await this.#prove(name, password, peer);
    const nowMs = clock.wall();
    const login: LoginRecord = {
      kind: 'login',
      id: randomId(),
      user: user.name,
      stamp: user.stamp,
      refreshId: randomId(),
      address: peer.address.slice(0, 64),
      createdMs: nowMs,
      expiresMs: wallMs(nowMs + REFRESH_SECONDS * 1000),
      lastUsedMs: null,
    };
    // Changed while the password was looked at: then it proves nothing any more.
    if (!(await database.run(() => tokens.add(login)))) throw loginFailed();
    await database.run(() => users.sawLogin(user.name, nowMs));
    trail.record({ kind: 'login', name: user.name, address: peer.address, detail: `login ${login.id}` });
    return this.#issue(login);
  }

  async refresh(refreshToken: string, peer: PeerAddress): Promise<LoginTokens> {
    const { database, tokens, clock, reader, ended } = this.#parts;
    const { claims, found } = await reader.read(refreshToken, ['refresh'], peer);
    if (found.token.kind !== 'login') throw reader.refuse('belongs to no login', { name: null, peer });
    const login = { ...found.token, refreshId: randomId(), expiresMs: wallMs(clock.wall() + REFRESH_SECONDS * 1000) };
    if (await database.run(() => tokens.rotate(login.id, claims.id, login.refreshId, login.expiresMs))) return this.#issue(login);
    // Somebody else has it too; who of them is the owner cannot be told.
    await database.run(() => tokens.delete({ id: login.id }));
    ended();
    throw reader.refuse(`refresh token used twice; login ${login.id} is ended`, { name: login.user, peer });
  }

  /** Lets somebody with the account's password change it, through the brake. */
  async proveOwn(principal: Principal, { currentPassword }: Pick<PasswordChange, 'currentPassword'>, peer: PeerAddress): Promise<void> {
    if (principal.machine === true) throw new RecorderError('NOT_ALLOWED', `${auditName(principal)} has no password`);
    await this.#prove(principal.name, currentPassword, peer);
  }

  /** @throws RecorderError `LOGIN_FAILED`, `TOO_MANY_REQUESTS`. */
  async #prove(name: string, password: string, { address }: PeerAddress): Promise<UserRecord> {
    const { database, users, hasher, brake, clock, trail } = this.#parts;
    await (this.#remembered ??= this.#remember());
    const attempt = brake.begin(name, address, clock.monotonic());
    if ('heldMs' in attempt) {
      // What was typed as a name may be a password, so only names of accounts are written down.
      trail.record({ kind: 'login-failed', name: null, address, detail: HELD_BACK });
      throw heldBack(attempt);
    }
    let user: UserRecord | undefined;
    let isRight: boolean;
    try {
      user = await database.run(() => users.get(name));
      isRight = await hasher.verify(password, user?.passwordHash);
    } catch (error) {
      attempt.undone();
      throw error;
    }
    const { underHold } = attempt;
    const judged = judge(user, { isRight, mayPass: underHold?.mayPass !== false });
    if ('refusal' in judged) {
      trail.record({ kind: 'login-failed', name: user?.name ?? null, address, detail: judged.refusal });
      throw underHold === undefined ? loginFailed() : heldBack(underHold);
    }
    attempt.succeeded();
    if (hasher.isOutdated(judged.user.passwordHash)) await this.#rehash(judged.user, password);
    return judged.user;
  }

  /** Where logins came from before this start, as far as their rows are there. */
  async #remember(): Promise<void> {
    const { database, tokens, brake } = this.#parts;
    try {
      for (const token of (await database.run(() => tokens.list())).toReversed()) if (token.kind === 'login') brake.remember(token.user, token.address);
    } catch (error) {
      this.#remembered = undefined;
      throw error;
    }
  }

  /** Best effort: the old hash is good until the next login tries again. */
  async #rehash(user: UserRecord, password: string): Promise<void> {
    const { database, users, hasher } = this.#parts;
    try {
      const passwordHash = await hasher.hash(password);
      await database.run(() => users.replace({ ...user, passwordHash }));
    } catch (error) {
      if (RecorderError.of(error) === undefined) throw error;
    }
  }

  async #issue({ id: tokenId, user: subject, refreshId }: LoginRecord): Promise<LoginTokens> {
    const { signToken } = await import('./jwt.ts');
    const key = await this.#parts.key();
    const now = Math.floor(this.#parts.clock.wall() / 1000);
    const sign = (type: 'access' | 'refresh', id: string, seconds: number): Promise<string> =>
      signToken({ type, subject, tokenId, id }, key, { now, expires: now + seconds });
    const [accessToken, refreshToken] = await Promise.all([sign('access', randomId(), ACCESS_SECONDS), sign('refresh', refreshId, REFRESH_SECONDS)]);
    return { accessToken, refreshToken, expiresInSeconds: ACCESS_SECONDS };
  }
}

const HELD_BACK = 'held back after too many failures';

/** Who may log in, or why not, for the audit log. */
function judge(
  user: UserRecord | undefined,
  { isRight, mayPass }: { readonly isRight: boolean; readonly mayPass: boolean },
): { readonly user: UserRecord } | { readonly refusal: string } {
  if (user === undefined) return { refusal: 'unknown name' };
  if (!isRight) return { refusal: 'wrong password' };
  if (!user.enabled) return { refusal: 'account is disabled' };
  return mayPass ? { user } : { refusal: HELD_BACK };
}

function heldBack({ heldMs }: { readonly heldMs: number }): RecorderError {
  const retryAfterSeconds = Math.ceil(heldMs / 1000);
  return new RecorderError('TOO_MANY_REQUESTS', `too many failed logins; try again in ${retryAfterSeconds} s`, { context: { retryAfterSeconds } });
}

const loginFailed = (): RecorderError => new RecorderError('LOGIN_FAILED', 'name or password is wrong');
