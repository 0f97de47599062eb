// Who the client is to a recorder: a machine's token, or a login that is renewed before it expires.
import type { LoginTokens } from './accounts.ts';
import { RecorderApiError } from './recorder-api-error.ts';
import { untilAborted } from './until-aborted.ts';

/** How to log in. */
export type Credentials = { readonly token: string } | { readonly name: string; readonly password: string };

/** The two requests a session makes; without any login of their own. */
export interface SessionRequests {
  login(name: string, password: string): Promise<LoginTokens>;
  refresh(refreshToken: string): Promise<LoginTokens>;
}

/** Renewed so long before it would be refused. */
const RENEW_BEFORE_MS = 60_000;

/** Keeps an access token valid. */
export class Session {
  readonly #credentials: Credentials | undefined;
  readonly #requests: SessionRequests;
  readonly #now: () => number;
  #tokens: LoginTokens | undefined;
  #validUntilMs = 0;
  #renewing: Promise<LoginTokens> | undefined;

  /** @param now - Milliseconds on a clock that never jumps. */
  constructor(credentials: Credentials | undefined, requests: SessionRequests, now: () => number = () => performance.now()) {
    this.#credentials = credentials;
    this.#requests = requests;
    this.#now = now;
  }

  /**
   * The token to send; `undefined` where there are no credentials.
   *
   * @param signal - Ends the waiting; the login goes on for others.
   * @throws RecorderApiError `LOGIN_FAILED`, …
   */
  async token(signal?: AbortSignal): Promise<string | undefined> {
    const credentials = this.#credentials;
    if (credentials === undefined || 'token' in credentials) return credentials?.token;
    if (this.#tokens !== undefined && this.#now() < this.#validUntilMs) return this.#tokens.accessToken;
    return (await untilAborted(() => this.#renew(credentials), signal)).accessToken;
  }

  /** A token was refused. @returns Whether another one may do better. */
  refused(token: string | undefined): boolean {
    if (this.#credentials === undefined || 'token' in this.#credentials) return false;
    if (token === this.#tokens?.accessToken) this.#validUntilMs = 0;
    return true;
  }

  #renew(credentials: { readonly name: string; readonly password: string }): Promise<LoginTokens> {
    // Requests that come together share one login.
    this.#renewing ??= this.#logIn(credentials).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #logIn({ name, password }: { readonly name: string; readonly password: string }): Promise<LoginTokens> {
    const refreshToken = this.#tokens?.refreshToken;
    this.#tokens = undefined;
    const askedMs = this.#now();
    let tokens: LoginTokens | undefined;
    try {
      tokens = refreshToken === undefined ? undefined : await this.#requests.refresh(refreshToken);
    } catch (error) {
      // A refresh token is good once: whether this one was used before the line broke nobody knows.
      if (error instanceof RecorderApiError && error.status !== 401 && error.status !== undefined) throw error;
    }
    tokens ??= await this.#requests.login(name, password);
    this.#tokens = tokens;
    const lastsMs = tokens.expiresInSeconds * 1000;
    this.#validUntilMs = askedMs + Math.max(lastsMs / 2, lastsMs - RENEW_BEFORE_MS);
    return tokens;
  }
}
