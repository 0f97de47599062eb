// Connected components of a bit mask, found from horizontal runs with union-find. Buffers are allocated once.
import type { BitPlane } from './bit-plane.ts';

/** Finds and keeps the components of the last mask it was given. Components are numbered 0 … `count - 1`. */
export class ComponentFinder {
  /** Number of components of the last mask. */
  count = 0;
  /** Number of runs of the last mask, in reading order. */
  runs = 0;
  readonly runRow: Int32Array;
  /** First pixel of a run. */
  readonly runStart: Int32Array;
  /** Pixel after the last one of a run. */
  readonly runEnd: Int32Array;
  /** Component a run belongs to. */
  readonly runComponent: Int32Array;
  /** Pixels of a component. */
  readonly area: Int32Array;
  readonly #parent: Int32Array;
  readonly #diagonal: number;

  /** @param diagonal - Whether pixels that touch by a corner belong together. */
  constructor(width: number, height: number, diagonal: boolean) {
    const most = ((width + 1) >>> 1) * height;
    this.runRow = new Int32Array(most);
    this.runStart = new Int32Array(most);
    this.runEnd = new Int32Array(most);
    this.runComponent = new Int32Array(most);
    this.area = new Int32Array(most);
    this.#parent = new Int32Array(most);
    this.#diagonal = diagonal ? 1 : 0;
  }

  /** Forgets the last mask. */
  clear(): void {
    this.runs = 0;
    this.count = 0;
  }

  /** Finds the components of `plane`. */
  find(plane: BitPlane): void {
    this.clear();
    let above = 0;
    for (let y = 0; y < plane.height; y += 1) {
      const first = this.runs;
      this.#addRuns(plane, y);
      this.#join(above, first, y);
      above = first;
    }
    this.#number();
  }

  #addRuns(plane: BitPlane, y: number): void {
    const base = y * plane.stride;
    for (let j = 0; j < plane.stride; j += 1) {
      let word = plane.words[base + j] ?? 0;
      while (word !== 0) {
        const start = trailingZeros(word);
        const rest = ~word & (-1 << start);
        const end = rest === 0 ? 32 : trailingZeros(rest);
        this.#addRun(y, j * 32 + start, j * 32 + end);
        word = end === 32 ? 0 : word & (-1 << end);
      }
    }
  }

  #addRun(y: number, start: number, end: number): void {
    const last = this.runs - 1;
    if (last >= 0 && this.runRow[last] === y && this.runEnd[last] === start) {
      this.runEnd[last] = end;
      return;
    }
    this.runRow[this.runs] = y;
    this.runStart[this.runs] = start;
    this.runEnd[this.runs] = end;
    this.#parent[this.runs] = this.runs;
    this.runs += 1;
  }

  /** Joins the runs of row `y` (from `first` on) with those of the row above (from `above` on) that they touch. */
  #join(above: number, first: number, y: number): void {
    let upper = above;
    if (upper >= first || this.runRow[upper] !== y - 1) return;
    for (let run = first; run < this.runs; run += 1) {
      const start = (this.runStart[run] ?? 0) - this.#diagonal;
      const end = (this.runEnd[run] ?? 0) + this.#diagonal;
      while (upper < first && (this.runEnd[upper] ?? 0) <= start) upper += 1;
      for (let other = upper; other < first && (this.runStart[other] ?? 0) < end; other += 1) this.#unite(other, run);
    }
  }

  #unite(a: number, b: number): void {
    const rootA = this.#root(a);
    const rootB = this.#root(b);
    // The smaller index stays root, so that a root precedes all its runs.
    if (rootA < rootB) this.#parent[rootB] = rootA;
    else this.#parent[rootA] = rootB;
  }

  #root(run: number): number {
    let at = run;
    for (;;) {
      const parent = this.#parent[at] ?? 0;
      if (parent === at) return at;
      this.#parent[at] = this.#parent[parent] ?? 0;
      at = parent;
    }
  }

  #number(): void {
    for (let run = 0; run < this.runs; run += 1) {
      const root = this.#root(run);
      if (root === run) {
        this.runComponent[run] = this.count;
        this.area[this.count] = 0;
        this.count += 1;
      } else {
        this.runComponent[run] = this.runComponent[root] ?? 0;
      }
      const component = this.runComponent[run] ?? 0;
      this.area[component] = (this.area[component] ?? 0) + (this.runEnd[run] ?? 0) - (this.runStart[run] ?? 0);
    }
  }
}

const trailingZeros = (word: number): number => 31 - Math.clz32(word & -word);
