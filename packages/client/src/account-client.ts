// Accounts of a recorder over the network.
import type {
  AuditPage,
  LoginTokens,
  Me,
  MediaToken,
  MediaTokenRequest,
  PasswordChange,
  TokenInfo,
  TokenInput,
  User,
  UserChanges,
  UserInput,
} from './accounts.ts';
import { type HttpLink, part } from './http-link.ts';

/** Administers accounts and tokens; `accounts` of a `RecorderClient`. Requests fail with a `RecorderApiError`. */
export class AccountClient {
  readonly #link: HttpLink;

  constructor(link: HttpLink) {
    this.#link = link;
  }

  /** Who the client is, and what it may do. */
  me(): Promise<Me> {
    return this.#link.json({ path: '/auth/me' });
  }

  /** Tokens for somebody else: the client logs in by itself. */
  login(name: string, password: string): Promise<LoginTokens> {
    return this.#link.login(name, password);
  }

  /** A refresh token is good once. */
  refresh(refreshToken: string): Promise<LoginTokens> {
    return this.#link.refresh(refreshToken);
  }

  /** Changes the client's own password, which ends every login of the account: make a client with the new one. */
  changePassword(change: PasswordChange): Promise<void> {
    return this.#link.json({ method: 'PUT', path: '/auth/password', body: change });
  }

  /** Ends the login in use, another one by its id, or with `all` every login of the account or of `user`. */
  revoke(what: { readonly id?: string; readonly all?: boolean; readonly user?: string } = {}): Promise<void> {
    return this.#link.json({ method: 'POST', path: '/auth/revoke', body: what });
  }

  /** A token for addresses of pictures and video. */
  mediaToken(request: MediaTokenRequest): Promise<MediaToken> {
    return this.#link.json({ method: 'POST', path: '/media-tokens', body: request });
  }

  users(): Promise<readonly User[]> {
    return this.#link.json({ path: '/users' });
  }

  user(name: string): Promise<User> {
    return this.#link.json({ path: `/users/${part(name)}` });
  }

  createUser(input: UserInput): Promise<User> {
    return this.#link.json({ method: 'POST', path: '/users', body: input });
  }

  updateUser(name: string, changes: UserChanges): Promise<User> {
    return this.#link.json({ method: 'PATCH', path: `/users/${part(name)}`, body: changes });
  }

  deleteUser(name: string): Promise<void> {
    return this.#link.json({ method: 'DELETE', path: `/users/${part(name)}` });
  }

  tokens(): Promise<readonly TokenInfo[]> {
    return this.#link.json({ path: '/tokens' });
  }

  /** The token is shown this once. */
  createToken(input: TokenInput): Promise<{ readonly token: string; readonly info: TokenInfo }> {
    return this.#link.json({ method: 'POST', path: '/tokens', body: input });
  }

  revokeToken(id: string): Promise<void> {
    return this.#link.json({ method: 'DELETE', path: `/tokens/${part(id)}` });
  }

  /** What happened to accounts and tokens, newest first; `before` is the `nextBefore` of the page before. @param page - `limit`: 1…1000, default 100. */
  audit(page: { readonly limit?: number; readonly before?: number } = {}): Promise<AuditPage> {
    return this.#link.json({ path: '/audit', query: page });
  }
}
