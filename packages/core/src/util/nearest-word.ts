// Finds the word somebody probably meant.

/** Number of letters to insert, delete, replace or swap with their neighbour to make `from` into `to`. */
export function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** Longer words are nobody's typing mistake and would cost time to compare. */
const LONGEST_WORD = 64;

/** In words up to this length two different letters make another word. */
const SHORT_WORD = 4;

/**
 * The candidate nearest to `word`, ignoring case, `_` and `-`.
 *
 * @returns `undefined` where none is near: more than a third of its letters are different (one of a short word, else at least two).
 */
export function nearestWord(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const plain = simplify(word);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(plain, simplify(candidate));
    const limit = candidate.length <= SHORT_WORD ? 1 : Math.max(2, Math.floor(candidate.length / 3));
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

const simplify = (word: string): string => word.toLowerCase().replace(/[_-]/g, '');
