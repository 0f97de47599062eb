// Requests to one recorder: address, login, time limits, errors.
import type { LoginTokens } from './accounts.ts';
import { readBody } from './read-body.ts';
import { causeOf, errorOf, RecorderApiError } from './recorder-api-error.ts';
import { type Credentials, Session } from './session.ts';

/** Where a recorder is and how to log in. */
export interface LinkOptions {
  /** `http://192.0.2.5:8420`, with or without `/api/v1`. */
  readonly url: string;
  /** Absent: only what anybody may ask. */
  readonly credentials?: Credentials;
  /** How long an answer may take to begin, and stop coming before it is whole. Default 15 s. */
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
  /** What the recorder may take for the work itself, beside the time any answer may take. */
  readonly worksMs?: number;
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
      login: (name, password) => this.login(name, password),
      refresh: (refreshToken) => this.refresh(refreshToken),
    });
  }

  /** How long an answer may stop coming. */
  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** The value an operation answers; `undefined` where it answers nothing. @throws RecorderApiError */
  async json<T>(request: LinkRequest): Promise<T> {
    const text = await this.text(request);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** @throws RecorderApiError */
  async text(request: LinkRequest): Promise<string> {
    return this.#text(await this.response(request), request.signal);
  }

  /** An answer that went well, and the whole of it. @throws RecorderApiError */
  async bytes(request: LinkRequest): Promise<{ readonly headers: Headers; readonly bytes: Uint8Array }> {
    const response = await this.response(request);
    return { headers: response.headers, bytes: await this.#bytes(response, request.signal) };
  }

  /** An answer that went well, its body unread. @throws RecorderApiError */
  async response(request: LinkRequest): Promise<Response> {
    const token = await this.#session.token(request.signal);
    const response = await this.#fetch(request, token);
    if (response.ok) return response;
    const error = await this.#refusal(response);
    if (error.status !== 401 || !this.#session.refused(token)) throw error;
    const again = await this.#fetch(request, await this.#session.token(request.signal));
    if (again.ok) return again;
    throw await this.#refusal(again);
  }

  /** Tokens for a name and a password, whoever the link itself is. @throws RecorderApiError */
  login(name: string, password: string): Promise<LoginTokens> {
    return this.#open('/auth/login', { name, password });
  }

  /** New tokens for one to refresh with. @throws RecorderApiError */
  refresh(refreshToken: string): Promise<LoginTokens> {
    return this.#open('/auth/refresh', { refreshToken });
  }

  /** Opens a WebSocket; the token goes where browsers let it go. */
  async socket({ path, query, signal }: Pick<LinkRequest, 'path' | 'query' | 'signal'>): Promise<WebSocket> {
    const token = await this.#session.token(signal);
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

  async #fetch({ method = 'GET', path, query, body, headers, signal, worksMs = 0 }: LinkRequest, token: string | undefined): Promise<Response> {
    // The limit is for the beginning of an answer; pictures and video go on for as long as somebody looks.
    const limitMs = this.#timeoutMs + worksMs;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), limitMs);
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
      const why = late.signal.aborted ? `it did not answer within ${limitMs / 1000} s` : causeOf(error);
      throw new RecorderApiError('UNREACHABLE', `the recorder at ${this.#base} cannot be reached: ${why}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async #open(path: string, body: unknown): Promise<LoginTokens> {
    const response = await this.#fetch({ method: 'POST', path, body }, undefined);
    if (!response.ok) throw await this.#refusal(response);
    return JSON.parse(await this.#text(response)) as LoginTokens;
  }

  async #refusal(response: Response): Promise<RecorderApiError> {
    return errorOf(response, await this.#text(response).catch(() => ''));
  }

  async #text(response: Response, signal?: AbortSignal): Promise<string> {
    return new TextDecoder().decode(await this.#bytes(response, signal));
  }

  async #bytes(response: Response, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of readBody(response, { quietMs: this.#timeoutMs, signal })) pieces.push(piece);
    return joined(pieces);
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
