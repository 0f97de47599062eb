// One mistake in a configuration file, and the list they are gathered in.
import { type KeyPath, pointerOf, showPath } from './key-path.ts';

/** A position in the file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One mistake, without secrets. */
export interface ConfigProblem extends Place {
  readonly file: string;
  /** `cameras[0].zones[1].polygon`; empty: the file as a whole. */
  readonly path: string;
  /** What is wrong, in one sentence without the place. */
  readonly message: string;
  readonly got?: string;
  readonly expected?: string;
  /** The valid word next to the one that was written. */
  readonly nearest?: string;
}

/** What is known of a mistake beside its place. */
export type ProblemText = Pick<ConfigProblem, 'got' | 'expected' | 'nearest'> & { readonly message?: string };

/** Says where in the file a path is: its key or its value. `undefined`: it is not in the file. */
export type PlaceOf = (path: KeyPath, part: 'key' | 'value') => Place | undefined;

/** Gathers problems. The first one at a place counts; what follows from it is left out. */
export class ProblemList {
  readonly #file: string;
  readonly #placeOf: PlaceOf;
  readonly #found = new Map<string, ConfigProblem>();
  readonly #closed = new Set<string>();

  constructor(file: string, placeOf: PlaceOf) {
    this.#file = file;
    this.#placeOf = placeOf;
  }

  /** Notes a problem with the value (or the key) at `path`. Values that came from a default are placed at what they belong to. */
  add(path: KeyPath, text: ProblemText, part: 'key' | 'value' = 'value'): void {
    if (this.has(path)) return;
    let place = this.#placeOf(path, part);
    for (let length = path.length - 1; place === undefined && length >= 0; length--) place = this.#placeOf(path.slice(0, length), 'key');
    this.#closed.add(pointerOf(path));
    this.#note(place ?? { line: 1, column: 1 }, pointerOf(path), showPath(path), text);
  }

  /** Notes a problem of the text itself, one a line: the others follow from it. `shown` is the key it is at, if that is known. */
  addAt(place: Place, shown: string, text: ProblemText): void {
    this.#note(place, `line ${place.line}`, shown, text);
  }

  /** Whether `path` or something it is part of has a problem already. */
  has(path: KeyPath): boolean {
    for (let length = path.length; length > 0; length--) if (this.#closed.has(pointerOf(path.slice(0, length)))) return true;
    return false;
  }

  #note(place: Place, key: string, path: string, text: ProblemText): void {
    const { message = `got ${text.got ?? 'nothing'}, expected ${text.expected ?? 'something else'}`, ...facts } = text;
    if (this.#found.has(key)) return;
    this.#found.set(key, { file: this.#file, line: place.line, column: place.column, path, message, ...facts });
  }

  /** All of them, in the order of the file. */
  sorted(): readonly ConfigProblem[] {
    return [...this.#found.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  }
}
