// Cameras that only have a picture at a URL: asked again and again, each picture handed over as it came. User and password go
// into a header here and into no argument.
import type { Clock } from '../../ports/clock.ts';

/** Between two requests that are answered at once. */
const POLL_EVERY_MS = 500;
/** Failures in a row after which the camera counts as lost. */
const MOST_FAILURES = 3;
const RETRY_AFTER_MS = 500;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 3;
const LARGEST_PICTURE_BYTES = 16 * 1024 * 1024;

/** What is fetched, and how. */
export interface JpegPollOptions {
  /** With user and password, where the camera wants them. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** The URL without user and password, and the header that holds them (RFC 7617). */
export function basicRequest(url: string): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
  const parsed = new URL(url);
  const { username, password } = parsed;
  if (username === '' && password === '') return { url, headers: {} };
  parsed.username = '';
  parsed.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url: parsed.href, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

/**
 * Where an answer with `location` sends a request for `url`, with its user and password; `undefined` where it must not go.
 * Only the same server counts, or its encrypted twin: a camera must not send the recorder, and passwords, to addresses of its choice.
 */
export function redirectTarget(url: string, location: string): string | undefined {
  const target = URL.parse(location, url);
  const from = new URL(url);
  if (target === null) return undefined;
  const isEncryptedTwin = from.protocol === 'http:' && target.protocol === 'https:' && target.hostname === from.hostname;
  if (target.origin !== from.origin && !isEncryptedTwin) return undefined;
  target.username = from.username;
  target.password = from.password;
  return target.href;
}

async function ask(options: JpegPollOptions, signal: AbortSignal): Promise<{ readonly response: Response; readonly url: string }> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]);
  let next = options.url;
  for (let hops = 0; ; hops += 1) {
    const { url, headers } = basicRequest(next);
    const response = await fetch(url, { headers, redirect: 'manual', signal: limited });
    const location = REDIRECTS.includes(response.status) ? response.headers.get('location') : null;
    const target = location === null || hops === MOST_REDIRECTS ? undefined : redirectTarget(next, location);
    // A redirect that is not followed is an answer without a picture.
    if (target === undefined) return { response, url: next };
    await response.body?.cancel();
    next = target;
  }
}

/** What a URL turned out to be. */
export interface Look {
  /** Whether it answers with one picture; `false` for a stream, and where it does not answer. */
  readonly isPicture: boolean;
  /** Where its server redirects to, else the URL itself; with user and password. */
  readonly url: string;
}

/** Asks a URL what it is. Never rejects. */
export async function lookAt(options: JpegPollOptions, signal: AbortSignal): Promise<Look> {
  try {
    const { response, url } = await ask(options, signal);
    await response.body?.cancel();
    return { isPicture: response.ok && /^image\/jpe?g\b/i.test(response.headers.get('content-type') ?? ''), url };
  } catch {
    return { isPicture: false, url: options.url };
  }
}

/** Fetches pictures until `signal` aborts or the camera fails again and again; then resolves. Never rejects. */
export async function pollPictures(options: JpegPollOptions, onPicture: (jpeg: Uint8Array) => void, signal: AbortSignal): Promise<void> {
  const { clock } = options;
  let failures = 0;
  while (!signal.aborted && failures < MOST_FAILURES) {
    const startedMs = clock.monotonic();
    const jpeg = await fetchPicture(options, signal);
    if (signal.aborted) return;
    if (jpeg === undefined) failures += 1;
    else {
      failures = 0;
      onPicture(jpeg);
    }
    await clock.sleep(jpeg === undefined ? RETRY_AFTER_MS * failures : Math.max(0, POLL_EVERY_MS - (clock.monotonic() - startedMs)), signal);
  }
}

async function fetchPicture(options: JpegPollOptions, signal: AbortSignal): Promise<Uint8Array | undefined> {
  try {
    const { response } = await ask(options, signal);
    const declared = Number(response.headers.get('content-length') ?? 0);
    if (!response.ok || response.body === null || declared > LARGEST_PICTURE_BYTES) {
      await response.body?.cancel();
      return undefined;
    }
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body) {
      size += part.length;
      if (size > LARGEST_PICTURE_BYTES) return undefined;
      parts.push(part);
    }
    const jpeg = new Uint8Array(Buffer.concat(parts));
    return jpeg[0] === 0xff && jpeg[1] === 0xd8 ? jpeg : undefined;
  } catch {
    return undefined;
  }
}
