// Problems as people read them.
import type { ConfigProblem } from './config-problem.ts';

/** `nightjar.yaml:12:5: cameras[0].functoin: unknown key, expected one of …; did you mean "function"?` on one line. */
export function explainProblem(problem: ConfigProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : ` ${problem.path}:`;
  const hint = problem.nearest === undefined ? '' : `; did you mean "${problem.nearest}"?`;
  return `${place}:${path} ${problem.message}${hint}`;
}

/** Longest text that is quoted. */
const LONGEST_QUOTE = 40;

/**
 * What a value is, in words.
 *
 * @param hidden - Whether the value itself must not be shown, because a secret may be in it.
 */
export function describeValue(value: unknown, hidden: boolean): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return describeText(value, hidden);
  const kind = typeof value === 'boolean' ? 'true or false' : 'a number';
  return hidden ? `${kind} (hidden)` : String(value);
}

function describeText(text: string, hidden: boolean): string {
  if (text === '') return 'an empty text';
  // A URL is shown by its scheme at most: user, password and query are where cameras keep their secrets.
  const scheme = /^([a-z][a-z0-9+.-]{0,15}):/i.exec(text)?.[1];
  if (hidden) return 'a text (hidden)';
  if (/:\/\/|@/.test(text)) return scheme === undefined || !text.includes('://') ? 'a text with an address in it' : `a URL of scheme ${scheme}`;
  if (text.length > LONGEST_QUOTE) return `a text of ${text.length} characters`;
  // JSON leaves these as they are, and terminals obey some of them.
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
