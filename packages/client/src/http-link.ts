// Requests to one recorder: address, login, time limits, errors.
import type { LoginTokens } from './accounts.ts';
import { errorOf, RecorderApiError } from './recorder-api-error.ts';
import { type Credentials, Session } from './session.ts';

/** Where a recorder is and how to log in. */
export interface LinkOptions {
  /** `http://192.0.2.5:8420`, with or without `/api/v1`. */
  readonly url: string;
  /** Absent: only what anybody may ask. */
  readonly credentials?: Credentials;
  /** How long an answer may take to begin. Default 15 s. */
  readonly timeoutMs?: number;
}

/** What to ask. */
export interface LinkRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, with its parts encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

const BASE = '/api/v1';
const DEFAULT_TIMEOUT_MS = 15_000;

/** A part of a path. */
export const part = (text: string | number): string => encodeURIComponent(String(text));

/** One recorder. */
export class HttpLink {
  readonly #base: string;
  readonly #timeoutMs: number;
  readonly #session: Session;

  /** @throws TypeError where `url` is no address of HTTP. */
  constructor({ url, credentials, timeoutMs = DEFAULT_TIMEOUT_MS }: LinkOptions) {
    const parsed = new URL(url);
    if (!/^https?:$/.test(parsed.protocol)) throw new TypeError(`the address of a recorder begins with http or https, not with ${parsed.protocol}`);
    this.#base = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '').replace(/\/api\/v1$/, '')}${BASE}`;
    this.#timeoutMs = timeoutMs;
    this.#session = new Session(credentials, {
      login: (name, password) => this.#open('/auth/login', { name, password }),
      refresh: (refreshToken) => this.#open('/auth/refresh', { refreshToken }),
    });
  }

  /** The value an operation answers; `undefined` where it answers nothing. @throws RecorderApiError */
  async json<T>(request: LinkRequest): Promise<T> {
    const response = await this.response(request);
    const text = await this.#bounded(response.text(), request.path);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** @throws RecorderApiError */
  async text(request: LinkRequest): Promise<string> {
    const response = await this.response(request);
    return this.#bounded(response.text(), request.path);
  }

  /** An answer that went well, its body unread. @throws RecorderApiError */
  async response(request: LinkRequest): Promise<Response> {
    const token = await this.#session.token();
    const response = await this.#fetch(request, token);
    if (response.ok) return response;
    const error = await errorOf(response);
    if (error.status !== 401 || !this.#session.refused(token)) throw error;
    const again = await this.#fetch(request, await this.#session.token());
    if (again.ok) return again;
    throw await errorOf(again);
  }

  /** Opens a WebSocket; the token goes where browsers let it go. */
  async socket(path: string, query: Readonly<Record<string, unknown>> = {}): Promise<WebSocket> {
    const token = await this.#session.token();
    const url = this.#url(path, query).replace(/^http/, 'ws');
    const socket = new WebSocket(url, token === undefined ? ['nightjar'] : ['nightjar', `bearer.${token}`]);
    socket.binaryType = 'arraybuffer';
    return socket;
  }

  #url(path: string, query: Readonly<Record<string, unknown>> = {}): string {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(key, String(one));
    }
    return `${this.#base}${path}${search.size === 0 ? '' : `?${search}`}`;
  }

  async #fetch({ method = 'GET', path, query, body, headers, signal }: LinkRequest, token: string | undefined): Promise<Response> {
    // The limit is for the beginning of an answer; pictures and video go on for as long as somebody looks.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#timeoutMs);
    try {
      return await fetch(this.#url(path, query), {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
      });
    } catch (error) {
      signal?.throwIfAborted();
      const why = late.signal.aborted ? `it did not answer within ${this.#timeoutMs / 1000} s` : causeOf(error);
      throw new RecorderApiError('UNREACHABLE', `the recorder at ${this.#base} cannot be reached: ${why}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async #open(path: string, body: unknown): Promise<LoginTokens> {
    const response = await this.#fetch({ method: 'POST', path, body }, undefined);
    if (!response.ok) throw await errorOf(response);
    return (await this.#bounded(response.json(), path)) as LoginTokens;
  }

  async #bounded<T>(reading: Promise<T>, path: string): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new RecorderApiError('UNREACHABLE', `the answer to ${path} did not end within ${this.#timeoutMs / 1000} s`)),
        this.#timeoutMs,
      );
    });
    try {
      return await Promise.race([reading, late]);
    } catch (error) {
      if (error instanceof RecorderApiError || (error instanceof Error && error.name === 'AbortError')) throw error;
      throw new RecorderApiError('UNREACHABLE', `the answer to ${path} broke off: ${causeOf(error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The reason below fetch's own words. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
