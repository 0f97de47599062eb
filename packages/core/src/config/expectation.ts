// What a schema wants, in words.
import type { SchemaNode } from './schema/field.ts';

/** A mapping with more keys is described by its first ones. */
const MOST_KEYS_SHOWN = 10;

/** What may stand there, as it follows "expected". */
export function expectation(node: SchemaNode): string {
  if (node['x-expect'] !== undefined) return node['x-expect'];
  if (node.enum !== undefined) return `one of ${node.enum.join(', ')}`;
  if (node.format === 'date-time') return 'a moment with its zone, such as 2026-11-22T12:00:00Z';
  const types = [node.type ?? []].flat();
  const kind = types.find((type) => type !== 'null') ?? 'string';
  return `${wordsFor(kind, node)}${types.includes('null') ? ' or null' : ''}`;
}

function wordsFor(kind: string, node: SchemaNode): string {
  switch (kind) {
    case 'integer':
      return `a whole number${rangeWords(node)}`;
    case 'number':
      return `a number${rangeWords(node)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return node.maxItems === undefined
        ? `a list${node.minItems === undefined ? '' : ` of at least ${node.minItems}`}`
        : `a list of ${node.minItems ?? 0} to ${node.maxItems} entries`;
    case 'object':
      return mappingWords(Object.keys(node.properties ?? {}));
    default:
      return textWords(node);
  }
}

function rangeWords({ minimum, maximum }: SchemaNode): string {
  if (minimum === undefined) return maximum === undefined ? '' : ` up to ${maximum}`;
  return maximum === undefined ? ` from ${minimum} on` : ` from ${minimum} to ${maximum}`;
}

const mappingWords = (keys: readonly string[]): string =>
  keys.length === 0
    ? 'a mapping'
    : `a mapping with ${keys.length > MOST_KEYS_SHOWN ? `${keys.slice(0, MOST_KEYS_SHOWN).join(', ')} and more` : keys.join(', ')}`;

function textWords({ minLength = 0, maxLength }: SchemaNode): string {
  if (maxLength !== undefined) return `a text of ${minLength} to ${maxLength} characters`;
  return minLength > 1 ? `a text of at least ${minLength} characters` : 'a text that is not empty';
}
