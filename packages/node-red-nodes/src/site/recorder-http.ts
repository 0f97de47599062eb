// Questions to a recorder’s HTTP API, with errors that say what to do.

/** How a recorder is asked. */
export interface RecorderHttpOptions {
  /** `http://192.0.2.5:8420`, with or without `/api/v1`. */
  readonly url: string;
  readonly token?: string | undefined;
  /** How long an answer may take to begin, and may pause. */
  readonly timeoutMs?: number;
}

/** What to ask. */
export interface RecorderQuestion {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`; parts that somebody else chose are encoded with `part`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The recorder did not do it. `code`: of its catalogue of errors, or `UNREACHABLE`. */
export class RecorderProblem extends Error {
  readonly code: string;
  /** Of HTTP; 0 where there was no answer. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = 'RecorderProblem';
    this.code = code;
    this.status = status;
  }
}

const TIMEOUT_MS = 10_000;
const NOT_LOGGED_IN = 401;
const NOT_ALLOWED = 403;

/** A part of a path. */
export const part = (text: string | number): string => encodeURIComponent(String(text));

/** One recorder’s API. */
export class RecorderHttp {
  /** Without `/api/v1`. */
  readonly url: string;
  readonly #token: string | undefined;
  readonly #timeoutMs: number;

  /** @throws Error where `url` is no address of HTTP. */
  constructor({ url, token, timeoutMs = TIMEOUT_MS }: RecorderHttpOptions) {
    this.url = baseOf(url);
    this.#token = token === '' ? undefined : token;
    this.#timeoutMs = timeoutMs;
  }

  /** The JSON of an answer; `undefined` where it is empty. @throws RecorderProblem */
  async json<T>(question: RecorderQuestion): Promise<T | undefined> {
    const { response, late } = await this.#ask(question);
    try {
      const text = await response.text();
      return text === '' ? undefined : (JSON.parse(text) as T);
    } catch (error) {
      throw this.#unreachable(error, question.signal);
    } finally {
      late.end();
    }
  }

  /** The bytes of an answer. @throws RecorderProblem */
  async bytes(question: RecorderQuestion): Promise<{ readonly bytes: Buffer; readonly headers: Headers }> {
    const pieces: Uint8Array[] = [];
    const headers = await this.read(question, (piece) => void pieces.push(piece));
    return { bytes: Buffer.concat(pieces), headers };
  }

  /** Hands on an answer piece by piece, waiting for each to be taken. @throws RecorderProblem, or what `take` throws. */
  async read(question: RecorderQuestion, take: (piece: Uint8Array) => void | Promise<void>): Promise<Headers> {
    const { response, late } = await this.#ask(question);
    const reader = response.body?.getReader();
    try {
      for (;;) {
        late.restart();
        const next = await this.#next(reader, question.signal);
        if (next === undefined) return response.headers;
        late.pause();
        await take(next);
      }
    } finally {
      late.end();
      await reader?.cancel().catch(() => undefined);
    }
  }

  async #next(reader: ReadableStreamDefaultReader<Uint8Array> | undefined, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    try {
      const read = await reader?.read();
      return read?.value;
    } catch (error) {
      throw this.#unreachable(error, signal);
    }
  }

  async #ask({ method = 'GET', path, query = {}, body, signal }: RecorderQuestion): Promise<{ readonly response: Response; readonly late: Lateness }> {
    const late = new Lateness(this.#timeoutMs);
    try {
      const response = await fetch(`${this.url}/api/v1${path}${searchOf(query)}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
      });
      if (response.ok) return { response, late };
      const text = await response.text().catch(() => '');
      throw this.#refusal(response.status, text);
    } catch (error) {
      late.end();
      if (error instanceof RecorderProblem) throw error;
      throw this.#unreachable(error, signal);
    }
  }

  #refusal(status: number, text: string): RecorderProblem {
    const { code, message } = problemIn(text);
    if (status === NOT_LOGGED_IN) {
      const why = this.#token === undefined ? 'wants a token, and the site has none' : 'does not know the token of the site, or it has ended';
      return new RecorderProblem(
        code,
        status,
        `the recorder at ${this.url} ${why}; make one there (nightjar token create node-red --role operator) and put it into the site`,
      );
    }
    if (status === NOT_ALLOWED) return new RecorderProblem(code, status, `the token of the site may not do this at the recorder: ${message}`);
    return new RecorderProblem(code, status, message === '' ? `the recorder at ${this.url} answered ${status}` : message);
  }

  /** @throws The reason of the caller’s signal, where that is why. */
  #unreachable(error: unknown, signal: AbortSignal | undefined): RecorderProblem {
    if (signal?.aborted) throw signal.reason;
    const why = isTimeout(error) ? `it did not answer within ${this.#timeoutMs / 1000} s` : causeOf(error);
    return new RecorderProblem(
      'UNREACHABLE',
      0,
      `the recorder at ${this.url} cannot be reached (${why}); is it running, and is this its address seen from here?`,
    );
  }
}

/** Ends a question that stays without an answer for too long. */
class Lateness {
  readonly #abort = new AbortController();
  readonly #limitMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(new DOMException('too late', 'TimeoutError')), this.#limitMs);
  }

  /** While the caller is at work. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function baseOf(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(`the address of the recorder is not a URL such as http://nvr.example:8420, but ${JSON.stringify(text)}`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error(`the address of the recorder begins with http:// or https://, not with ${url.protocol}`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api\/v1$/, '')}`;
}

function searchOf(query: NonNullable<RecorderQuestion['query']>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(key, String(one));
  }
  return search.size === 0 ? '' : `?${search}`;
}

function problemIn(text: string): { readonly code: string; readonly message: string } {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly code?: unknown; readonly message?: unknown } };
    return { code: String(error?.code ?? 'FAILED'), message: typeof error?.message === 'string' ? error.message : '' };
  } catch {
    return { code: 'FAILED', message: '' };
  }
}

// No `instanceof`: the error may be of another realm.
const isTimeout = (error: unknown): boolean => typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the host does not answer',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
};

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return CAUSES[code] ?? (code === '' ? 'the connection failed' : code);
}
