// Settings beside the cameras by dotted name: what there is, what of it stands in a file, and what may be changed without one.
import type { ErrorDetail } from '../errors/detailed-error.ts';
import type { ConfigWorld } from '../ports/config-world.ts';
import { withoutSecrets } from '../util/without-secrets.ts';
import { buildPlan, sizeOrNull } from './build-config.ts';
import { checkSections } from './check-sections.ts';
import type { Config } from './config.ts';
import { ProblemList } from './config-problem.ts';
import { type KeyPath, valueAt } from './key-path.ts';
import { asNode, type SchemaNode } from './schema/field.ts';
import { configSchema, type FilledConfig } from './schema/root.ts';
import { isHidden, validateConfig } from './validate-config.ts';

/** One setting. */
export interface SettingField {
  /** `retention.days`. */
  readonly name: string;
  readonly path: readonly string[];
  readonly node: SchemaNode;
}

/** Every setting beside the cameras, in the order of the file. */
export const SETTING_FIELDS: readonly SettingField[] = leavesOf(asNode(configSchema), []).filter(({ name }) => name !== 'cameras');

const FIELDS = new Map(SETTING_FIELDS.map((field) => [field.name, field]));

/** The setting of that name, if there is one. */
export const settingField = (name: string): SettingField | undefined => FIELDS.get(name);

function leavesOf(node: SchemaNode, path: readonly string[]): readonly SettingField[] {
  if (node.properties === undefined) return [{ name: path.join('.'), path, node }];
  return Object.entries(node.properties).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

/** Names of the settings that a tree holds, before defaults are filled in. */
export const writtenNames = (tree: unknown): readonly string[] =>
  SETTING_FIELDS.filter(({ path }) => valueAt(tree, path) !== undefined).map(({ name }) => name);

/** Values as people may see them, by name; what was looked up or is secret is `***`. */
export function shownValues(tree: unknown, names: readonly string[], lookedUp: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const shown = (path: KeyPath): unknown => {
    const value = valueAt(tree, path);
    if (isHidden(path, lookedUp)) return '***';
    if (Array.isArray(value)) return value.map((_, index) => shown([...path, index]));
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.keys(value).map((key) => [key, shown([...path, key])]));
    return typeof value === 'string' ? withoutSecrets(value) : value;
  };
  return Object.fromEntries(names.map((name) => [name, shown(FIELDS.get(name)?.path ?? [])]));
}

/** How each setting that may be changed without the file becomes part of a configuration. */
const TAKEN: Readonly<Record<string, (config: Config, filled: FilledConfig) => Config>> = {
  'retention.days': (config, { retention }) => ({ ...config, retention: { ...config.retention, days: retention.days } }),
  'retention.maxSize': (config, { retention }) => ({ ...config, retention: { ...config.retention, maxSize: sizeOrNull(retention.maxSize) } }),
  'exports.keepHours': (config, filled) => ({ ...config, exports: { ...config.exports, keepHours: filled.exports.keepHours } }),
  'exports.maxSize': (config, filled) => ({ ...config, exports: { ...config.exports, maxSize: sizeOrNull(filled.exports.maxSize) } }),
  'exports.maxQueued': (config, filled) => ({ ...config, exports: { ...config.exports, maxQueued: filled.exports.maxQueued } }),
  'encoding.maxVideo': (config, { encoding }) => ({ ...config, encoding: { ...config.encoding, maxVideo: encoding.maxVideo } }),
  'encoding.maxSound': (config, { encoding }) => ({ ...config, encoding: { ...config.encoding, maxSound: encoding.maxSound } }),
  'triggers.schedule': (config, { triggers }) => ({ ...config, triggers: { ...config.triggers, schedule: triggers.schedule.map(buildPlan) } }),
  'triggers.pulseSeconds': (config, { triggers }) => ({ ...config, triggers: { ...config.triggers, pulseSeconds: triggers.pulseSeconds } }),
  'triggers.debounceMs': (config, { triggers }) => ({ ...config, triggers: { ...config.triggers, debounceMs: triggers.debounceMs } }),
  'triggers.maxPerSecond': (config, { triggers }) => ({ ...config, triggers: { ...config.triggers, maxPerSecond: triggers.maxPerSecond } }),
  'log.level': (config, { log }) => ({ ...config, log }),
};

/** Whether a setting takes effect at once, so that it may be changed while the recorder runs. */
export const isEditable = (name: string): boolean => Object.hasOwn(TAKEN, name);

/** A configuration with one more setting, or what is wrong with its value. */
export type SettingTaken = { readonly config: Config } | { readonly problems: readonly ErrorDetail[] };

/** Puts one editable setting into a configuration, checked as the file's are. */
export function takeSetting(config: Config, name: string, value: unknown, world: ConfigWorld): SettingTaken {
  const field = FIELDS.get(name);
  const take = Object.hasOwn(TAKEN, name) ? TAKEN[name] : undefined;
  if (field === undefined || take === undefined) return { problems: [{ path: name, message: 'this setting can only be set in the configuration file' }] };
  const problems = new ProblemList('', () => undefined);
  const tree = field.path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), structuredClone(value));
  const filled = validateConfig(tree, NOTHING, problems);
  checkSections({ tree, problems, world, absolute: (path) => path, hidden: () => false });
  const found = problems.sorted().filter(({ path }) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`));
  if (filled === undefined || found.length > 0)
    return {
      problems: found.map(({ path, message, nearest }) => ({ path, message: nearest === undefined ? message : `${message}; did you mean "${nearest}"?` })),
    };
  return { config: take(config, filled) };
}

const NOTHING: ReadonlySet<string> = new Set();
