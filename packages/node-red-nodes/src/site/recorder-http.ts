// Questions to a recorder’s HTTP API, with errors that say what to do.
import { shownAddress } from './shown-address.ts';
import { TimeLimit } from './time-limit.ts';

/** How a recorder is asked. */
export interface RecorderHttpOptions {
  /** `http://192.0.2.5:8420`, with or without `/api/v1`. */
  readonly url: string;
  readonly token?: string | undefined;
  /** How long an answer may take to begin, and each 4 KiB of it may. Default 10 s. */
  readonly timeoutMs?: number;
  /** How long an answer may take that is wanted whole. Default 60 s. */
  readonly wholeMs?: number;
}

/** What to ask. */
export interface RecorderQuestion {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`; parts that somebody else chose are encoded with `part`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: unknown;
  /** How long the answer may be. Default: of JSON 64 MiB, else as long as it is. */
  readonly mostBytes?: number;
  readonly signal?: AbortSignal;
}

/** The recorder did not do it. `code`: of its catalogue of errors, or `UNREACHABLE`, `NO_RECORDER` (something else answered), `TOO_LARGE`. */
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
const WHOLE_MS = 60_000;
/** Less than this is no progress: what comes a byte at a time would else never end. */
const LEAST_BYTES = 4096;
const NOT_LOGGED_IN = 401;
const NOT_ALLOWED = 403;
const MIB = 1024 * 1024;
const MOST_JSON = 64 * MIB;
const MOST_REFUSAL = MIB;
const LONGEST_CODE = 60;
const LONGEST_SENTENCE = 1000;

/** A part of a path. */
export const part = (text: string | number): string => encodeURIComponent(String(text));

/** An address as recorders give it, which begins with their own, as one that can be opened. */
export const absoluteUrl = ({ url }: Pick<RecorderHttp, 'url'>, path: string): string => (path.startsWith('/') ? `${url}${path}` : path);

/** One recorder’s API. */
export class RecorderHttp {
  /** Without `/api/v1`. */
  readonly url: string;
  readonly #token: string | undefined;
  readonly #timeoutMs: number;
  readonly #wholeMs: number;

  /** @throws Error where `url` is no address of HTTP, or the token no token. */
  constructor({ url, token = '', timeoutMs = TIMEOUT_MS, wholeMs = WHOLE_MS }: RecorderHttpOptions) {
    this.url = baseOf(url);
    this.#token = token.trim() === '' ? undefined : token.trim();
    if (this.#token !== undefined && !/^[\x21-\x7e]+$/.test(this.#token))
      throw new Error('the token of the site has characters that no token has; copy it from the recorder again');
    this.#timeoutMs = timeoutMs;
    this.#wholeMs = wholeMs;
  }

  /** The JSON of an answer; `undefined` where it is empty. @throws RecorderProblem */
  async json<T>(question: RecorderQuestion): Promise<T | undefined> {
    const { bytes } = await this.bytes({ mostBytes: MOST_JSON, ...question });
    if (bytes.length === 0) return undefined;
    try {
      return JSON.parse(bytes.toString()) as T;
    } catch {
      throw this.noRecorder('answered with something that is not JSON');
    }
  }

  /** The bytes of an answer. @throws RecorderProblem */
  async bytes(question: RecorderQuestion): Promise<{ readonly bytes: Buffer; readonly headers: Headers }> {
    const pieces: Uint8Array[] = [];
    const whole = new TimeLimit(this.#wholeMs, question.signal, () => this.#unreachable(`its answer was not whole within ${this.#wholeMs / 1000} s`));
    try {
      const headers = await this.read({ ...question, signal: whole.signal }, (piece) => void pieces.push(piece));
      return { bytes: Buffer.concat(pieces), headers };
    } finally {
      whole.end();
    }
  }

  /**
   * Hands on an answer piece by piece, waiting for each to be taken, for as long as enough comes.
   * @throws RecorderProblem, the reason of the signal, or what `take` throws.
   */
  async read(question: RecorderQuestion, take: (piece: Uint8Array) => void | Promise<void>): Promise<Headers> {
    const { signal, mostBytes = Number.POSITIVE_INFINITY } = question;
    const within = `within ${this.#timeoutMs / 1000} s`;
    let late = `it did not answer ${within}`;
    const limit = new TimeLimit(this.#timeoutMs, signal, () => this.#unreachable(late));
    try {
      const response = await this.#fetch(question, limit.signal);
      late = `its answer paused, or less than ${LEAST_BYTES / 1024} KiB of it came ${within}`;
      if (response.ok) await this.#hand(response, { limit, mostBytes, take });
      else throw await this.#refused(response, limit);
      return response.headers;
    } catch (error) {
      if (error instanceof TakeFault) throw error.cause;
      if (error instanceof RecorderProblem) throw error;
      limit.throwIfAborted();
      throw this.#unreachable(causeOf(error));
    } finally {
      limit.end();
    }
  }

  /** What answered is no recorder. @param what - What it did: `answered with …`. */
  noRecorder(what: string, status = 200): RecorderProblem {
    return new RecorderProblem('NO_RECORDER', status, `${this.url} ${what}; is this the address of the recorder? The site can name another one`);
  }

  #fetch({ method = 'GET', path, query = {}, body }: RecorderQuestion, signal: AbortSignal): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}${searchOf(query)}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The token is for this address, not for wherever it points to.
      redirect: 'manual',
      signal,
    });
  }

  /** Hands on the pieces of a body; it is let go whatever happens. */
  async #hand(
    response: Response,
    { limit, mostBytes, take }: { readonly limit: TimeLimit; readonly mostBytes: number; take(piece: Uint8Array): void | Promise<void> },
  ): Promise<void> {
    const reader = response.body?.getReader();
    const tooLarge = (): RecorderProblem =>
      new RecorderProblem('TOO_LARGE', response.status, `the answer of the recorder at ${this.url} is longer than ${Math.ceil(mostBytes / MIB)} MiB`);
    try {
      if (Number(response.headers.get('content-length') ?? 0) > mostBytes) throw tooLarge();
      let length = 0;
      let sinceRestart = 0;
      limit.restart();
      for (;;) {
        const piece = (await reader?.read())?.value;
        if (piece === undefined) return;
        length += piece.length;
        if (length > mostBytes) throw tooLarge();
        limit.pause();
        try {
          await take(piece);
        } catch (error) {
          throw new TakeFault(error);
        }
        sinceRestart += piece.length;
        if (sinceRestart < LEAST_BYTES) {
          limit.resume();
          continue;
        }
        sinceRestart = 0;
        limit.restart();
      }
    } finally {
      await reader?.cancel().catch(() => undefined);
    }
  }

  async #refused(response: Response, limit: TimeLimit): Promise<RecorderProblem> {
    const pieces: Uint8Array[] = [];
    const read = this.#hand(response, { limit, mostBytes: MOST_REFUSAL, take: (piece) => void pieces.push(piece) });
    // What was refused counts, not how the explanation broke off.
    await read.catch(() => undefined);
    limit.throwIfAborted();
    const { status, headers } = response;
    if (status >= 300 && status < 400) return this.noRecorder(`answers with a redirect (${status})${placeOf(headers.get('location'), this.url)}`, status);
    return this.#refusal(status, Buffer.concat(pieces).toString());
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
    return message === '' ? this.noRecorder(`answered ${status} without saying why`, status) : new RecorderProblem(code, status, message);
  }

  #unreachable(why: string): RecorderProblem {
    return new RecorderProblem(
      'UNREACHABLE',
      0,
      `the recorder at ${this.url} cannot be reached (${why}); ${isLoopback(this.url) ? 'if it runs on another machine than Node-RED, write its address there into the site' : 'is it running, and is this its address seen from here?'}`,
    );
  }
}

/** What the caller threw while it took a piece: nothing of the recorder’s. */
class TakeFault extends Error {
  constructor(cause: unknown) {
    super('a piece was not taken', { cause });
  }
}

const isLoopback = (url: string): boolean => /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);

/** Where a redirect points to, without a query, which may hold what nobody is to see. */
function placeOf(location: string | null, url: string): string {
  if (location === null || !URL.canParse(location, url)) return '';
  const { origin, pathname } = new URL(location, url);
  return ` to ${origin}${pathname}`;
}

function baseOf(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(`the address of the recorder is not a URL such as http://nvr.example:8420, but ${shownAddress(text)}`);
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
    return {
      code: typeof error?.code === 'string' ? error.code.slice(0, LONGEST_CODE) : 'FAILED',
      message: typeof error?.message === 'string' ? error.message.slice(0, LONGEST_SENTENCE) : '',
    };
  } catch {
    return { code: 'FAILED', message: '' };
  }
}

const UNKNOWN_AUTHORITY = 'its certificate comes from an authority that is not trusted; start Node-RED with NODE_EXTRA_CA_CERTS set to the file of that';

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the host does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; start Node-RED with NODE_EXTRA_CA_CERTS set to the file of it',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there; use http://',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there; use http://',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
};

function causeOf(error: unknown): string {
  const { cause = error } = factsOf(error);
  const { name, code, message } = factsOf(cause);
  if (message === 'bad port') return 'HTTP is not spoken on this port';
  if (name === 'HTTPParserError') return 'it does not speak HTTP there';
  return CAUSES[String(code)] ?? (typeof code === 'string' ? code : 'the connection failed');
}

/** By shape: errors of `fetch` may be of another realm. */
const factsOf = (error: unknown): { readonly name?: unknown; readonly code?: unknown; readonly message?: unknown; readonly cause?: unknown } =>
  typeof error === 'object' && error !== null ? error : {};
