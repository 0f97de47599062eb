// `${NAME}` and `${file:/path}` in texts → what they stand for; `$${` stands for `${`.
import { isAbsolute, resolve } from 'node:path';
import type { ConfigWorld } from '../ports/config-world.ts';
import type { ProblemList } from './config-problem.ts';
import { type KeyPath, pointerOf } from './key-path.ts';

/** A secret of this length is none; it protects from reading a log or a disk by mistake. */
const MAX_SECRET_BYTES = 64 * 1024;

/** The tree with everything filled in. */
export interface Expanded {
  readonly value: unknown;
  /** Pointers of values that hold something that was looked up; they are never shown. */
  readonly lookedUp: ReadonlySet<string>;
}

/** What stands for a login that is not known, where nobody logs in. */
const UNKNOWN_LOGIN = 'not-known-here';
const LOGIN_KEYS: Readonly<Record<string, string>> = {
  source: 'rtsp://not-known-here.invalid/',
  broker: 'mqtt://not-known-here.invalid',
  username: UNKNOWN_LOGIN,
  password: UNKNOWN_LOGIN,
  token: UNKNOWN_LOGIN,
};

/** Where references lead. */
export interface ExpandOptions {
  readonly folder: string;
  readonly world: ConfigWorld;
  /** Nobody will log in anywhere: what is missing of a login is no problem. */
  readonly withoutLogins?: boolean;
}

/** Replaces references in every text of a tree. What is missing becomes a problem at its key. */
export function expandReferences(tree: unknown, problems: ProblemList, options: ExpandOptions): Expanded {
  const lookedUp = new Set<string>();
  const expandText = (text: string, path: KeyPath): string =>
    text.replace(/\$\$\{|\$\{([^}]*)(\})?/g, (whole: string, name: string | undefined, end: string | undefined, offset: number) => {
      if (whole === '$${') return '${';
      const found = end === undefined ? { problem: 'a "${" is not closed with "}"; write "$${" for the characters themselves' } : lookUp(name ?? '', options);
      lookedUp.add(pointerOf(path));
      if (typeof found === 'string') return isInUserInfo(text, offset, whole.length) ? encodeForUserInfo(found) : found;
      const standIn = options.withoutLogins === true ? standInFor(path, whole === text) : undefined;
      if (standIn === undefined) problems.add(path, { message: found.problem });
      return standIn ?? '';
    });
  const walk = (value: unknown, path: KeyPath): unknown => {
    if (typeof value === 'string') return expandText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return mapValues(value, (child, key) => walk(child, [...path, key]));
  };
  return { value: walk(tree, []), lookedUp };
}

/** Keys such as `__proto__` stay ordinary keys. */
function mapValues(mapping: object, change: (value: unknown, key: string) => unknown): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(mapping)) {
    Object.defineProperty(result, key, { value: change(value, key), enumerable: true, configurable: true, writable: true });
  }
  return result;
}

/** What stands for a login that is missing; `undefined` where something else is. */
function standInFor(path: KeyPath, isWholeText: boolean): string | undefined {
  const standIn = LOGIN_KEYS[String(path.at(-1))];
  return standIn === undefined || isWholeText ? standIn : UNKNOWN_LOGIN;
}

/** What a reference stands for, or why that is not known. */
function lookUp(name: string, options: Pick<ExpandOptions, 'folder' | 'world'>): string | { readonly problem: string } {
  if (!name.startsWith('file:')) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      return { problem: '"${" begins a reference such as ${NAME} or ${file:/path}; write "$${" for the characters themselves' };
    return options.world.env(name) ?? { problem: `the environment variable ${name} is not set` };
  }
  const written = name.slice('file:'.length);
  const read = options.world.read(isAbsolute(written) ? written : resolve(options.folder, written), MAX_SECRET_BYTES);
  if (read.kind === 'text') return new TextDecoder().decode(read.bytes).replace(/\r?\n$/, '');
  const reasons = {
    missing: 'does not exist',
    directory: 'is a directory',
    forbidden: 'may not be read',
    'too-large': 'is longer than 64 KiB',
    failed: 'could not be read',
  };
  return { problem: `the file ${written} of the reference ${reasons[read.kind]}` };
}

/** Whether a reference stands for a user or password of a URL: between `//` and `@`, before any `/`, `?` or `#`. */
function isInUserInfo(text: string, offset: number, length: number): boolean {
  const [before, after] = [text.slice(0, offset), text.slice(offset + length)].map((part) => part.replace(/\$\{[^}]*\}/g, ''));
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]*$/i.test(before ?? '') && /^[^/?#@]*@/.test(after ?? '');
}

/** Passwords may hold characters that would end the user part of a URL; `%41` and the like are left as they are. */
const encodeForUserInfo = (text: string): string =>
  text.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~!$&'()*+,;=:%-]/gu, (character) => encodeURIComponent(character));
