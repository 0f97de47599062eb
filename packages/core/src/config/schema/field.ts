// What the sections' schemas are made of: TypeBox with this project's keywords, and a way to walk the result.

import type { Static, TObject, TProperties, TSchema } from 'typebox';
import * as Type from 'typebox';

/** What must start anew when a field changes; `analysis`: only motion analysis, while the stream and what is recorded go on. */
export type Restart = 'none' | 'analysis' | 'camera' | 'server';

/** What every field says about itself. Ranges and defaults are JSON Schema's own words beside these. */
export interface FieldNotes {
  readonly title: string;
  /** Unit and consequence, for the person who writes the file. */
  readonly description: string;
  readonly 'x-restart': Restart;
  readonly default?: unknown;
  /** What is expected, where the JSON Schema words for it would not be understood. */
  readonly 'x-expect'?: string;
  /** Whether the value itself must never be shown. */
  readonly 'x-secret'?: boolean;
  /** Words that will be valid later, with what to say until then. */
  readonly 'x-later'?: Readonly<Record<string, string>>;
  /** What stands in the example file for a field without a default. */
  readonly 'x-example'?: string;
}

/** Keywords beyond JSON Schema that validators and editors must let pass. */
export const OWN_KEYWORDS: readonly string[] = ['x-restart', 'x-expect', 'x-secret', 'x-later', 'x-example'];

/** A mapping that takes these keys and no others. */
export const section = <P extends TProperties>(notes: FieldNotes, properties: P): TObject<P> =>
  Type.Object(properties, { ...notes, additionalProperties: false });

/** A whole number or null. */
export const integerOrNull = (notes: FieldNotes & { readonly minimum: number; readonly maximum: number }) =>
  Type.Unsafe<number | null>({ type: ['integer', 'null'], ...notes });

/** A text or null. */
export const textOrNull = (notes: FieldNotes & { readonly pattern?: string; readonly minLength?: number; readonly maxLength?: number }) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], ...notes });

/** A mapping or null. */
export const sectionOrNull = <P extends TProperties>(notes: FieldNotes, properties: P) =>
  Type.Unsafe<Static<TObject<P>> | null>({ ...section(notes, properties), type: ['object', 'null'] });

/** A schema as the walkers see it: the words of JSON Schema that this project uses. */
export interface SchemaNode extends Partial<FieldNotes> {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** The schema as plain JSON Schema words. */
export const asNode = (schema: TSchema): SchemaNode => schema as SchemaNode;

/** The schema of what is at `path` (keys and indexes), or of its nearest ancestor that has one. */
export function nodeAt(root: SchemaNode, path: readonly (string | number)[]): SchemaNode {
  let node = root;
  for (const step of path) {
    const next = typeof step === 'number' ? node.items : Object.hasOwn(node.properties ?? {}, step) ? node.properties?.[step] : undefined;
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** What a size looks like. */
export const SIZE_PATTERN = '^[0-9]+(\\.[0-9]+)? ?(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$';

/** A text that people see on one line: no control characters (they would forge lines of logs and move cursors) and no line separators. */
export const ONE_LINE_PATTERN = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$';

/** The form of an IP address, or of a network in CIDR notation. */
export const ADDRESS_OR_NETWORK = '^(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)(?:/[0-9]{1,3})?$';
