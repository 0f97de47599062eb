// The commented example file, from the schema: what `nightjar init` writes and docs/guide shows.
import { stringify } from 'yaml';
import { asNode, type SchemaNode } from './schema/field.ts';
import { configSchema } from './schema/root.ts';

/** A camera to write into the example. */
export interface ExampleCamera {
  readonly id: string;
  readonly name?: string;
  /** As it shall stand in the file, references and all. */
  readonly source: string;
  readonly detectSource?: string;
}

/** Comments are broken at this column. */
const WIDTH = 110;

const HEAD = [
  '# Configuration of the Nightjar recorder. Every value below is the default: keep what you change, delete the rest.',
  '# `nightjar check-config` finds mistakes. Values may hold ${NAME} from the environment and ${file:/path}; "$${" is a literal "${".',
  '# Relative paths start at the folder of this file.',
];

/** The example: every key with its default; those without one, and a camera if none is given, as comments. */
export function exampleConfig(camera?: ExampleCamera): string {
  const root = asNode(configSchema);
  const lines: string[] = [...HEAD];
  for (const [key, node] of Object.entries(root.properties ?? {})) {
    lines.push('');
    if (key === 'cameras') lines.push(...camerasLines(node, camera));
    else lines.push(...fieldLines(key, node, undefined));
  }
  return `${lines.join('\n')}\n`;
}

function camerasLines(node: SchemaNode, camera: ExampleCamera | undefined): readonly string[] {
  const item = node.items ?? {};
  const comment = commentLines(node.description ?? '');
  if (camera === undefined) return [...comment, 'cameras: []', '# cameras:', ...commented(itemLines(item, {}))];
  const { detectSource, ...given } = camera;
  const filled = { ...given, ...(detectSource === undefined ? {} : { detect: { source: detectSource } }) };
  return [...comment, 'cameras:', ...itemLines(item, filled)];
}

/** A key with its comment, and what is below it. `given` replaces the default. */
function fieldLines(key: string, node: SchemaNode, given: unknown): readonly string[] {
  const comment = commentLines(`${node.description ?? ''}${rangeText(node)}`);
  const value = given ?? node.default;
  const isMapping = node.properties !== undefined;
  if (isMapping && value !== null) {
    const block = [`${key}:`, ...indented(mappingLines(node, value ?? {}))];
    return [...comment, ...(value === undefined ? commented(block) : block)];
  }
  if (isMapping) return [...comment, `${key}: null`, ...commented([`${key}:`, ...indented(mappingLines(node, {}))])];
  if (Array.isArray(value) && value.length > 0 && node.items?.properties !== undefined) {
    return [...comment, `${key}:`, ...value.flatMap((entry: unknown) => itemLines(node.items ?? {}, entry))];
  }
  if (value !== undefined) return [...comment, `${key}: ${scalar(value)}`];
  return [...comment, ...commented([`${key}: ${exampleValue(node)}`])];
}

function mappingLines(node: SchemaNode, given: unknown): readonly string[] {
  const values: Readonly<Record<string, unknown>> = typeof given === 'object' && given !== null ? { ...given } : {};
  // What must be written stands without a comment sign also where the example has no value for it but a sample.
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const needed = node.required?.includes(key) === true && child.default === undefined && values[key] === undefined;
    return fieldLines(key, needed ? { ...child, default: child['x-example'] ?? '' } : child, values[key]);
  });
}

/** An entry of a list: its first key carries the dash, comments stand before it. */
function itemLines(node: SchemaNode, given: unknown): readonly string[] {
  const lines = mappingLines(node, given);
  const first = lines.findIndex((line) => !line.startsWith('#'));
  return lines.map((line, index) => `${index === first ? '  - ' : index < first ? '  ' : '    '}${line}`);
}

const scalar = (value: unknown): string => stringify(value, { flowCollectionPadding: false, lineWidth: 0 }).trimEnd();

const exampleValue = (node: SchemaNode): string => {
  const example = node['x-example'] ?? node.enum?.[0] ?? String(node.minimum ?? '');
  return node.type === 'array' ? example : scalar(node.type === 'string' ? example : Number(example));
};

function rangeText(node: SchemaNode): string {
  if (node.enum !== undefined) return ` One of ${node.enum.join(', ')}.`;
  if (node.minimum === undefined || node.maximum === undefined) return '';
  return ` From ${node.minimum} to ${node.maximum}.`;
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

const commented = (lines: readonly string[]): readonly string[] => lines.map((line) => `# ${line}`);

function commentLines(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length >= WIDTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
