// How much is left of a limit that began when a message came.

/** A recorder takes a few milliseconds to answer; what is sent with less is carried out, and said not to have been answered. */
const LEAST_MS = 100;

/** @param ageMs - How long ago the message came. @returns Milliseconds. @throws Error where there is no time for an answer. */
export function timeLeft(limitMs: number, ageMs: number): number {
  const leftMs = limitMs - ageMs;
  if (leftMs < Math.min(LEAST_MS, limitMs / 2)) throw new Error(`commands before this one took longer than ${limitMs / 1000} s, so it was not sent`);
  return leftMs;
}
