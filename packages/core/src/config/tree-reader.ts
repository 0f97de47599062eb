// A YAML document → plain values, noting where each key and value stands.
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import type { Place, ProblemList } from './config-problem.ts';
import { type KeyPath, pointerOf } from './key-path.ts';

/** Offsets in the text of keys and values, by pointer. */
export type Places = Map<string, { readonly key?: number; readonly value: number }>;

/** Values an alias may unfold to, over the whole file. */
const MAX_VALUES = 50_000;
const MAX_DEPTH = 40;

/** What a reader notes things in. */
export interface ReaderParts {
  readonly problems: ProblemList;
  readonly places: Places;
  readonly placeAt: (offset: number) => Place;
}

/** Reads one document. */
export class TreeReader {
  readonly #document: Document.Parsed;
  readonly #parts: ReaderParts;
  #count = 0;
  #isTooMuch = false;

  constructor(document: Document.Parsed, parts: ReaderParts) {
    this.#document = document;
    this.#parts = parts;
  }

  /** Whether reading was given up: there is too much, as aliases of aliases make it. */
  get isTooMuch(): boolean {
    return this.#isTooMuch;
  }

  read(): unknown {
    return this.#value(this.#document.contents, [], 0);
  }

  #value(node: unknown, path: KeyPath, offset: number): unknown {
    const start = offsetOf(node) ?? offset;
    const key = this.#parts.places.get(pointerOf(path))?.key;
    this.#parts.places.set(pointerOf(path), { ...(key === undefined ? {} : { key }), value: start });
    this.#count += 1;
    this.#isTooMuch ||= this.#count > MAX_VALUES || path.length > MAX_DEPTH;
    if (this.#isTooMuch) return null;
    const target = isAlias(node) ? node.resolve(this.#document) : node;
    if (target === undefined) this.#parts.problems.add(path, { message: 'a value that begins with "*" needs quotes' });
    if (isSeq(target)) return target.items.map((item, index) => this.#value(item, [...path, index], start));
    if (isMap(target)) return this.#mapping(target, path, start);
    return isScalar(target) ? plainValue(target.value) : null;
  }

  #mapping(map: YAMLMap, path: KeyPath, start: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const pair of map.items) {
      const offset = offsetOf(pair.key) ?? start;
      if (!isScalar(pair.key)) {
        this.#parts.problems.addAt(this.#parts.placeAt(offset), '', { message: 'a key must be a plain word; values that begin with "{" or "[" need quotes' });
        continue;
      }
      const key = String(pair.key.value);
      this.#parts.places.set(pointerOf([...path, key]), { key: offset, value: offset });
      const value = this.#value(pair.value, [...path, key], offset);
      // `__proto__` must become an ordinary, unknown key.
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return result;
  }
}

const offsetOf = (node: unknown): number | undefined => (node as Node | null)?.range?.[0];

/** Binary, dates and big integers have no place in the file: they become what was written, as text. */
const plainValue = (value: unknown): unknown => (value === null || ['string', 'number', 'boolean'].includes(typeof value) ? value : String(value));
