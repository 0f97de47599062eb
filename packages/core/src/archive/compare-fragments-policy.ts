// What became of a row of fragments: which were changed, which are missing, and what was put in. Pure.

/** `from` to `to` (not among them) are places in the row as it was; of what was added, both are the place it was put at. */
export interface Difference {
  readonly kind: 'changed' | 'missing' | 'added';
  readonly from: number;
  readonly to: number;
  /** How many there are in the row as it is. */
  readonly found: number;
}

/** Compares hashes as they were with hashes as they are. Neighbours of one kind become one difference. */
export const compareFragments = (expected: readonly string[], found: readonly string[]): readonly Difference[] => {
  const differences: Difference[] = [];
  const [inExpected, inFound] = [placesOf(expected), placesOf(found)];
  let [i, j] = [0, 0];
  const note = (kind: Difference['kind'], count: number, foundCount: number): void => {
    const last = differences.at(-1);
    if (last?.kind === kind && last.to === i) differences[differences.length - 1] = { ...last, to: i + count, found: last.found + foundCount };
    else differences.push({ kind, from: i, to: i + count, found: foundCount });
    i += count;
    j += foundCount;
  };
  while (i < expected.length || j < found.length) {
    if (i < expected.length && expected[i] === found[j]) {
      i += 1;
      j += 1;
      continue;
    }
    const step = stepAt({
      left: expected.length - i,
      foundLeft: found.length - j,
      later: (nextAt(inExpected.get(found[j] ?? ''), i) ?? i) - i,
      laterFound: (nextAt(inFound.get(expected[i] ?? ''), j) ?? j) - j,
    });
    note(step.kind, step.count, step.found);
  }
  return differences;
};

/** What two rows say where they differ. `later`: how much further the one goes on as the other does now; 0: nowhere. */
interface Parting {
  readonly left: number;
  readonly foundLeft: number;
  readonly later: number;
  readonly laterFound: number;
}

const stepAt = ({ left, foundLeft, later, laterFound }: Parting): { readonly kind: Difference['kind']; readonly count: number; readonly found: number } => {
  if (foundLeft === 0) return { kind: 'missing', count: left, found: 0 };
  if (left === 0) return { kind: 'added', count: 0, found: foundLeft };
  if (later === 0 && laterFound === 0) return { kind: 'changed', count: 1, found: 1 };
  if (laterFound === 0 || (later > 0 && later <= laterFound)) return { kind: 'missing', count: later, found: 0 };
  return { kind: 'added', count: 0, found: laterFound };
};

const placesOf = (hashes: readonly string[]): ReadonlyMap<string, readonly number[]> => {
  const places = new Map<string, number[]>();
  hashes.forEach((hash, index) => {
    const known = places.get(hash);
    if (known === undefined) places.set(hash, [index]);
    else known.push(index);
  });
  return places;
};

const nextAt = (places: readonly number[] | undefined, from: number): number | undefined => places?.find((place) => place >= from);
