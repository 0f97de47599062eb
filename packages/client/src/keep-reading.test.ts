import { keepReading } from './keep-reading.ts';
import { RecorderApiError } from './recorder-api-error.ts';

const limits = { firstMs: 1, longestMs: 1 };

/** Reads a stream whose connections fail without a word, until there were as many as wanted. @returns When each was tried, in ms. */
async function triesOf(ask: () => Promise<unknown>, wanted: number): Promise<readonly number[]> {
  const abort = new AbortController();
  const tries: number[] = [];
  // biome-ignore lint/correctness/useYield: it never comes so far.
  const read = async function* (): AsyncGenerator<never> {
    tries.push(performance.now());
    if (tries.length === wanted) abort.abort();
    throw new Error('the connection failed');
  };
  expect(await keepReading({ limits, signal: abort.signal, read, ask }).next()).toEqual({ done: true, value: undefined });
  return tries;
}

describe('reading on', () => {
  it('waits for as long as the recorder asks for, also where it had to be asked', async () => {
    const full = new RecorderApiError('STREAMS_EXHAUSTED', 'full', { status: 503, retryAfterSeconds: 0.1 });
    const [first = 0, second = 0] = await triesOf(() => Promise.reject(full), 2);
    expect(second - first).toBeGreaterThan(95);
  });

  it('tries again where the recorder knows of nothing', async () => {
    expect(await triesOf(async () => undefined, 20)).toHaveLength(20);
  });

  it('ends with what the recorder says for good', async () => {
    await expect(triesOf(() => Promise.reject(new RecorderApiError('NOT_ALLOWED', 'no', { status: 403 })), 9)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('does not wait for what it was refused with, but for what it had already', async () => {
    const full = new RecorderApiError('ENCODERS_EXHAUSTED', 'full', { status: 503 });
    const refusedWith = 'ENCODERS_EXHAUSTED';
    const signal = undefined;
    // biome-ignore lint/correctness/useYield: it never comes so far.
    const never = async function* (): AsyncGenerator<never> {
      throw full;
    };
    await expect(keepReading({ limits, signal, read: never, refusedWith }).next()).rejects.toBe(full);
    let tries = 0;
    const later = async function* (connected: () => void): AsyncGenerator<number> {
      tries += 1;
      if (tries === 2) throw full;
      connected();
      yield tries;
    };
    const packets = keepReading({ limits, signal, read: later, refusedWith });
    expect([(await packets.next()).value, (await packets.next()).value]).toEqual([1, 3]);
    await packets.return();
  });
});
