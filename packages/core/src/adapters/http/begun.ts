// A stream whose first piece was asked for already, so that what fails at once can still be answered with a status.

/** Asks for the first piece and waits for it, but not for long. @throws What the stream throws meanwhile. */
export async function begun<T>(source: AsyncIterable<T>, patienceMs: number): Promise<AsyncIterator<T>> {
  const iterator = source[Symbol.asyncIterator]();
  const first = iterator.next();
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  try {
    await Promise.race([first, patience]);
  } finally {
    clearTimeout(timer);
  }
  // Whoever reads on hears of a later failure; until then it must not count as one that nobody handles.
  first.catch(() => undefined);
  let isFirst = true;
  return {
    next: () => {
      if (!isFirst) return iterator.next();
      isFirst = false;
      return first;
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
  };
}
