// What operations ask about accounts: `auth/` answers in the recorder, a double in tests.
import type { LoginTokens, MediaToken, MediaTokenRequest, TokenInfo, TokenInput, User, UserChanges, UserInput } from '@nightjar/client';
import type { Principal } from '../model/permission.ts';

/** Where a request comes from. */
export interface Peer {
  readonly address: string;
}

/** Accounts and tokens. */
export interface AccountDesk {
  /** Who a token is; also of a media token. @throws RecorderError `NOT_LOGGED_IN`. */
  identify(token: string): Promise<Principal>;
  /** @throws RecorderError `LOGIN_FAILED`, `TOO_MANY_REQUESTS`. */
  login(credentials: { readonly name: string; readonly password: string }, peer: Peer): Promise<LoginTokens>;
  /** A refresh token is good once. @throws RecorderError `NOT_LOGGED_IN`. */
  refresh(refreshToken: string, peer: Peer): Promise<LoginTokens>;
  /** Ends a login or a machine's token; without an id the one that is used, with `all` every login of the account. @throws RecorderError `TOKEN_NOT_FOUND`, `NOT_ALLOWED`. */
  revoke(principal: Principal, what: { readonly id?: string; readonly all?: boolean }): Promise<void>;
  mediaToken(principal: Principal, request: MediaTokenRequest): Promise<MediaToken>;
  users(): Promise<readonly User[]>;
  user(name: string): Promise<User>;
  /** @throws RecorderError `USER_EXISTS`, `INPUT_INVALID`. */
  createUser(input: UserInput, by: Principal): Promise<User>;
  /** @throws RecorderError `USER_NOT_FOUND`, `LAST_ADMIN`, `INPUT_INVALID`. */
  updateUser(name: string, changes: UserChanges, by: Principal): Promise<User>;
  /** @throws RecorderError `USER_NOT_FOUND`, `LAST_ADMIN`. */
  deleteUser(name: string, by: Principal): Promise<void>;
  tokens(principal: Principal): Promise<readonly TokenInfo[]>;
  createToken(input: TokenInput, by: Principal): Promise<{ readonly token: string; readonly info: TokenInfo }>;
}
