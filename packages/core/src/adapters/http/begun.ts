// A stream whose first piece was asked for already, so that what fails at once can still be answered with a status.

/** A stream that was begun. */
export interface Begun<T> extends AsyncIterator<T> {
  /** It is over already, and nothing came. */
  readonly isEmpty: boolean;
}

/** Asks for the first piece and waits for it, but not for long. @throws What the stream throws meanwhile. */
export async function begun<T>(source: AsyncIterable<T>, patienceMs: number): Promise<Begun<T>> {
  const iterator = source[Symbol.asyncIterator]();
  const first = iterator.next();
  let isEmpty = false;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  try {
    const begin = await Promise.race([first, patience]);
    isEmpty = begin?.done === true;
  } finally {
    clearTimeout(timer);
  }
  // Whoever reads on hears of a later failure; until then it must not count as one that nobody handles.
  first.catch(() => undefined);
  let isFirst = true;
  return {
    isEmpty,
    next: () => {
      if (!isFirst) return iterator.next();
      isFirst = false;
      return first;
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
  };
}
