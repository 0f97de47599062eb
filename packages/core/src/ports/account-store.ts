// Accounts and their tokens. Other processes write them too, so whatever must hold is said to the store in one call.
import type { LoginRecord, TokenRecord, UserRecord } from '../model/account.ts';
import type { WallMs } from '../model/time.ts';

/** Most accounts that are listed, and that a recorder is made for. */
export const MOST_USERS = 1000;

/** Logins an account has at most; with one more, the oldest ends. */
export const MOST_LOGINS = 100;

/** Accounts by name, without regard to case. Every method rejects with `RecorderError` `DATABASE_BUSY` or `DATABASE_FAILED`. */
export interface UserStore {
  get(name: string): Promise<UserRecord | undefined>;
  /** By name; `MOST_USERS` at most. */
  list(): Promise<readonly UserRecord[]>;
  /** @returns Whether the name was free. */
  add(user: UserRecord): Promise<boolean>;
  /**
   * Changes the account, except for its name, its creation and its last login. Its revision becomes one more than what `user` has.
   *
   * @returns `stale` where the account is gone or has another revision than `user`; `last-admin` where nobody enabled would be left who may
   * change the system, although somebody was. Nothing changed then.
   */
  replace(user: UserRecord): Promise<'done' | 'stale' | 'last-admin'>;
  /** Forgets the account and its logins. @returns As `replace`. */
  delete(name: string): Promise<'done' | 'unknown' | 'last-admin'>;
  /** Notes a login; nothing where there is no such account. */
  sawLogin(name: string, atMs: WallMs): Promise<void>;
}

/** A token, and the account of a login. */
export interface FoundToken {
  readonly token: TokenRecord;
  readonly user?: UserRecord;
}

/** Which tokens. */
export type TokenSelection = { readonly id: string } | { readonly loginsOf: string } | { readonly expiredBefore: WallMs };

/** Logins and machines' tokens by id. Rejects as `UserStore` does. */
export interface TokenStore {
  /** @returns Whether it was added: a login only while its account is enabled and has the login's stamp. */
  add(token: TokenRecord): Promise<boolean>;
  find(id: string): Promise<FoundToken | undefined>;
  /** Newest first, some thousands at most; those of one account, or all. */
  list(user?: string): Promise<readonly TokenRecord[]>;
  /** Makes another refresh token the good one. @returns `false` where `spentId` was not the good one; nothing changed then. */
  rotate(id: LoginRecord['id'], spentId: string, refreshId: string, expiresMs: WallMs): Promise<boolean>;
  /** Notes a use. */
  touch(id: string, atMs: WallMs): Promise<void>;
  /** Ends tokens. @returns How many there were. */
  delete(which: TokenSelection): Promise<number>;
}
