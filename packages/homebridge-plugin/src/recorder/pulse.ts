// Whether our own recorder still answers: one that hangs does not end by itself, and records nothing.
import { setTimeout as delay } from 'node:timers/promises';
import { isRecorder, judgeToken } from './ask-recorder.ts';

/** Answers in a row that must be missing: a machine that is busy, or was asleep, misses one. */
const MISSED = 4;

/**
 * Asks again and again.
 *
 * @param pulseMs - Between two questions, and what an answer may take.
 * @returns One sentence once it has not answered four times in a row, or lets us in no more, as where somebody revoked the token; `undefined` where
 *   `signal` aborts first. Never rejects.
 */
export async function untilUseless(
  { url, token }: { readonly url: string; readonly token: string },
  pulseMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  let heardMs = performance.now();
  let askedMs = heardMs;
  for (let missed = 0; missed < MISSED; ) {
    // Time that was spent on waiting for an answer need not be waited again.
    await delay(Math.max(0, askedMs + pulseMs - performance.now()), undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return undefined;
    askedMs = performance.now();
    const isThere = await isRecorder(url, signal, pulseMs);
    if (isThere) heardMs = performance.now();
    if (isThere && (await judgeToken(url, token, signal, pulseMs)) === 'refused') return 'it refuses the token of Homebridge, which gets another';
    missed = isThere ? 0 : missed + 1;
  }
  return signal.aborted ? undefined : `it lives, but has not answered for ${Math.round((performance.now() - heardMs) / 1000)} s`;
}
