// Waiting that ends: Home gives up on an accessory that does not answer.

/** Home complains after three seconds. */
const LONGEST_MS = 2500;

/** What `work` resolves to. @throws Error where that takes longer than 2.5 s, and whatever `work` throws. */
export async function bounded<T>(work: Promise<T>, longestMs: number = LONGEST_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`there was no answer within ${longestMs / 1000} s`)), longestMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
