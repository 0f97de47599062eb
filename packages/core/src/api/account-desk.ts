// What operations ask about accounts: `auth/` answers in the recorder, a double in tests.
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

/** Where a request comes from. */
export interface Peer {
  readonly address: string;
}

/** Accounts and tokens. Everything here may also reject with `DATABASE_BUSY` or `DATABASE_FAILED`. */
export interface AccountDesk {
  /** Who a token is; also of a media token. @throws RecorderError `NOT_LOGGED_IN`. */
  identify(token: string, peer: Peer): Promise<Principal>;
  /**
   * Who somebody is by now, for answers that go on for hours; `undefined` once the login or machine's token is over. That the token itself
   * expired meanwhile does not matter: it opened what is open.
   */
  refreshed(principal: Principal): Promise<Principal | undefined>;
  /** Calls `listener` after accounts, or tokens that exist, were changed through this desk. @returns Stops that. */
  onChanged(listener: () => void): () => void;
  /** Takes down that a token was shown in an address, where it is not taken. @param by - Whose it is, where that was looked at. */
  refusedInAddress(peer: Peer, by?: Principal): void;
  /** Takes down that somebody who is known was told no. */
  refused(principal: Principal, operation: string, error: RecorderError, peer: Peer): void;
  /** @throws RecorderError `LOGIN_FAILED`, or `TOO_MANY_REQUESTS` with `retryAfterSeconds` in its context. */
  login(credentials: { readonly name: string; readonly password: string }, peer: Peer): Promise<LoginTokens>;
  /** A refresh token is good once; using it again ends the login. @throws RecorderError `NOT_LOGGED_IN`. */
  refresh(refreshToken: string, peer: Peer): Promise<LoginTokens>;
  /**
   * Ends a login or a machine's token; without an id the one that is used, with `all` every login of the account or of `user`.
   *
   * @throws RecorderError `TOKEN_NOT_FOUND`, `USER_NOT_FOUND`, `NOT_ALLOWED`.
   */
  revoke(principal: Principal, what: { readonly id?: string; readonly all?: boolean; readonly user?: string }, peer: Peer): Promise<void>;
  /** @throws RecorderError `NOT_ALLOWED`, `INPUT_INVALID`. */
  mediaToken(principal: Principal, request: MediaTokenRequest): Promise<MediaToken>;
  users(): Promise<readonly User[]>;
  /** @throws RecorderError `USER_NOT_FOUND`. */
  user(name: string): Promise<User>;
  /** @throws RecorderError `USER_EXISTS`, `INPUT_INVALID`. */
  createUser(input: UserInput, by: Principal, peer: Peer): Promise<User>;
  /** @throws RecorderError `USER_NOT_FOUND`, `LAST_ADMIN`, `INPUT_INVALID`. */
  updateUser(name: string, changes: UserChanges, by: Principal, peer: Peer): Promise<User>;
  /** @throws RecorderError `USER_NOT_FOUND`, `LAST_ADMIN`. */
  deleteUser(name: string, by: Principal, peer: Peer): Promise<void>;
  /** Changes the password of whoever asks, which ends every login of the account. @throws RecorderError `LOGIN_FAILED`, `TOO_MANY_REQUESTS`, `NOT_ALLOWED`. */
  changePassword(principal: Principal, change: PasswordChange, peer: Peer): Promise<void>;
  /** All for those who may see the system, else one's own. */
  tokens(principal: Principal): Promise<readonly TokenInfo[]>;
  /** @throws RecorderError `INPUT_INVALID`. */
  createToken(input: TokenInput, by: Principal, peer: Peer): Promise<{ readonly token: string; readonly info: TokenInfo }>;
  /** Newest first; `before` is the `nextBefore` of the page before. */
  audit(page: { readonly limit: number; readonly before?: number }): Promise<AuditPage>;
}
