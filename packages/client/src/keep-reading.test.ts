import { jest } from '@jest/globals';
import { keepReading } from './keep-reading.ts';
import { RecorderApiError } from './recorder-api-error.ts';

const limits = { firstMs: 1, longestMs: 1 };
const failing = new Error('the connection failed');

/** A stream whose connections fail without a word. */
function reading(ask: () => Promise<unknown>) {
  const abort = new AbortController();
  let tries = 0;
  // biome-ignore lint/correctness/useYield: it never comes so far.
  const read = async function* (): AsyncGenerator<never> {
    tries += 1;
    throw failing;
  };
  const first = keepReading({ limits, signal: abort.signal, read, ask }).next();
  return { abort, first, tries: () => tries };
}

describe('reading on', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('waits for as long as the recorder asks for, also where it had to be asked', async () => {
    const { abort, first, tries } = reading(() => Promise.reject(new RecorderApiError('STREAMS_EXHAUSTED', 'full', { status: 503, retryAfterSeconds: 600 })));
    await jest.advanceTimersByTimeAsync(599_000);
    expect(tries()).toBe(1);
    await jest.advanceTimersByTimeAsync(2000);
    expect(tries()).toBe(2);
    abort.abort();
    expect(await first).toEqual({ done: true, value: undefined });
  });

  it('tries again where the recorder knows of nothing', async () => {
    const { abort, first, tries } = reading(async () => undefined);
    await jest.advanceTimersByTimeAsync(100);
    expect(tries()).toBeGreaterThan(10);
    abort.abort();
    expect(await first).toEqual({ done: true, value: undefined });
  });

  it('ends with what the recorder says for good', async () => {
    const { first } = reading(() => Promise.reject(new RecorderApiError('NOT_ALLOWED', 'no', { status: 403 })));
    await expect(first).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });
});
