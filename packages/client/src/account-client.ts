// Accounts of a recorder over the network.
import type { LoginTokens, MediaToken, MediaTokenRequest, TokenInfo, TokenInput, User, UserChanges, UserInput } from './accounts.ts';
import { HttpLink, type LinkOptions, part } from './http-link.ts';

/** Administers accounts and tokens. Requests fail with a `RecorderApiError`. */
export class AccountClient {
  readonly #link: HttpLink;

  /** @throws TypeError where `url` is no address of HTTP. */
  constructor(options: LinkOptions) {
    this.#link = new HttpLink(options);
  }

  login(name: string, password: string): Promise<LoginTokens> {
    return this.#link.json({ method: 'POST', path: '/auth/login', body: { name, password } });
  }

  /** A refresh token is good once. */
  refresh(refreshToken: string): Promise<LoginTokens> {
    return this.#link.json({ method: 'POST', path: '/auth/refresh', body: { refreshToken } });
  }

  /** Ends the login in use, another one, or with `all` every login of the account. */
  revoke(what: { readonly id?: string; readonly all?: boolean } = {}): Promise<void> {
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
}
