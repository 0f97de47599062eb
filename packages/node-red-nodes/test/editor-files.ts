// What the editor loads for each type of node, read from the sources: its definition, its dialog, its words and its helps.
import { readdirSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

/** A property as the dialog defines it. */
export interface DialogProperty {
  readonly value: unknown;
  readonly type?: string;
  readonly field?: string;
}

/** What a page registers. */
export interface DialogDefinition {
  readonly category: string;
  readonly color: string;
  readonly icon: string;
  readonly inputs?: number;
  readonly outputs?: number;
  readonly defaults: Readonly<Record<string, DialogProperty>>;
  readonly credentials?: Readonly<Record<string, object>>;
  readonly label: unknown;
}

/** Languages of the editor. */
export const LANGUAGES = ['en-US', 'de'] as const;
/** One of them. */
export type Language = (typeof LANGUAGES)[number];

const PACKAGE = new URL('..', import.meta.url);
const EDITOR = new URL('editor/', PACKAGE);

const manifest = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')) as {
  readonly 'node-red': { readonly nodes: Readonly<Record<string, string>> };
};

/** Types of the palette, the site first. */
export const TYPES: readonly string[] = Object.keys(manifest['node-red'].nodes);

/** The page of a type as it is. */
export const page = (type: string): string => readFileSync(new URL(`${type}.html`, EDITOR), 'utf8');

/** The form in it. */
export const dialog = (type: string): string => /<script type="text\/html" data-template-name="[^"]+">([\s\S]*?)<\/script>/.exec(page(type))?.[1] ?? '';

/** What it registers, with the sandbox in place of the editor. */
export function definition(type: string): DialogDefinition {
  const found = new Map<string, DialogDefinition>();
  const RED = { nodes: { registerType: (name: string, each: DialogDefinition) => void found.set(name, each) } };
  for (const [, script = ''] of page(type).matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)) runInNewContext(script, { RED });
  const registered = found.get(type);
  if (registered === undefined || found.size !== 1) throw new Error(`${type}.html registers ${[...found.keys()].join(', ') || 'nothing'}`);
  return registered;
}

/** Words of a type by their path, as `field.name`. */
export function words(type: string, language: Language): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') found.set(path, value);
    else for (const [key, each] of Object.entries(value as object)) walk(each, path === '' ? key : `${path}.${key}`);
  };
  walk(JSON.parse(readFileSync(new URL(`locales/${language}/${type}.json`, EDITOR), 'utf8')), '');
  return found;
}

/** The help of a type. */
export const help = (type: string, language: Language): string => readFileSync(new URL(`locales/${language}/${type}.html`, EDITOR), 'utf8');

/** Files of icons. */
export const icons = (): readonly string[] => readdirSync(new URL('icons/', EDITOR));

/** Text of an icon. */
export const icon = (file: string): string => readFileSync(new URL(`icons/${file}`, EDITOR), 'utf8');

/** What the pages share. */
export const sharedScript = (): string =>
  ['nightjar-editor.js', 'nightjar-site.js'].map((file) => readFileSync(new URL(`resources/${file}`, PACKAGE), 'utf8')).join('\n');

/** Source of the node at run time. */
export const nodeSource = (type: string): string => readFileSync(new URL(`src/nodes/${type}.ts`, PACKAGE), 'utf8');
