// The body of an answer, which may break off or stop coming.
import { causeOf, RecorderApiError } from './recorder-api-error.ts';

/** How a body is read. */
export interface BodyReading {
  /** How long nothing may come. */
  readonly quietMs: number;
  /** The one the request was made with. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The pieces of a body as they come. Whoever leaves early ends the answer.
 *
 * @throws RecorderApiError `UNREACHABLE` where it breaks off or nothing comes for too long; the signal's reason where that aborted.
 */
export async function* readBody({ body, url }: Pick<Response, 'body' | 'url'>, { quietMs, signal }: BodyReading): AsyncGenerator<Uint8Array, void, void> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await orQuiet(reader.read(), quietMs).catch((error: unknown) => {
        signal?.throwIfAborted();
        // Without the query: that may carry a token.
        throw new RecorderApiError('UNREACHABLE', `the answer of ${url.split('?')[0]} broke off: ${causeOf(error)}`, { cause: error });
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Of what broke off there is nothing to wait for.
    reader.cancel().catch(() => undefined);
  }
}

async function orQuiet<T>(reading: Promise<T>, quietMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const quiet = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${quietMs / 1000} s`)), quietMs);
  });
  try {
    return await Promise.race([reading, quiet]);
  } finally {
    clearTimeout(timer);
  }
}
