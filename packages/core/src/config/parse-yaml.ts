// YAML text → plain value with the place of every key and value. Messages are our own: the library's may quote the
// text, and the text may hold a password.
import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { type PlaceOf, ProblemList } from './config-problem.ts';
import { pointerOf, showKey } from './key-path.ts';
import { type Places, TreeReader } from './tree-reader.ts';

/** A file that was read. */
export interface ParsedFile {
  readonly value: unknown;
  readonly placeOf: PlaceOf;
  readonly problems: ProblemList;
  /** Whether what follows in the file can be trusted although there are problems. */
  readonly whole: boolean;
}

const SYNTAX: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'the key is written twice in this mapping; keep one',
  TAB_AS_INDENT: 'a tab is used to indent; YAML takes only spaces',
  BAD_INDENT: 'the indentation does not fit what is around it',
  MULTIPLE_DOCS: 'a second document begins here ("---"); the file must hold one',
  BLOCK_AS_IMPLICIT_KEY: 'a key and its value begin inside another value; check the indentation, or quote a value that has ": " in it',
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line; a ":" is probably missing or has no space after it',
  MISSING_CHAR: 'something is missing here: a ":" after a key, a closing quote, "}" or "]"',
  BAD_SCALAR_START: 'a value may not begin with this character unless it is in quotes',
  UNEXPECTED_TOKEN: 'this is not expected here; inside { } and [ ] a value such as "${NAME}" needs quotes',
  BAD_ALIAS: 'a value that begins with "*" or "&" needs quotes',
  TAG_RESOLVE_FAILED: 'a value that begins with "!" needs quotes',
};

/** Reads YAML. Never throws. */
export function parseYaml(text: string, file: string): ParsedFile {
  const lines = new LineCounter();
  const places: Places = new Map();
  const placeOf: PlaceOf = (path, part) => {
    const found = places.get(pointerOf(path));
    if (found === undefined) return undefined;
    const { line, col } = lines.linePos(part === 'key' ? (found.key ?? found.value) : found.value);
    return { line, column: Math.max(col, 1) };
  };
  const problems = new ProblemList(file, placeOf);
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const failed = { value: undefined, placeOf, problems, whole: false };
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: false });
  } catch {
    problems.addAt({ line: 1, column: 1 }, '', { message: 'the file is nested too deeply to be read' });
    return failed;
  }
  const errors = [...document.errors, ...document.warnings];
  for (const error of errors) problems.addAt(at(error.pos[0]), keyAt(text, error.pos[0]), { message: syntaxMessage(error) });
  if (errors.some((error) => error.code !== 'DUPLICATE_KEY')) return failed;

  const reader = new TreeReader(document, { problems, places, placeAt: at });
  const value = reader.read();
  if (reader.isTooMuch) {
    problems.add([], { message: 'the file is too large or nested too deeply once its aliases are unfolded' });
    return failed;
  }
  return { value, placeOf, problems, whole: true };
}

/** The key an offset is at, as far as the line alone tells. */
function keyAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0] ?? '';
  const key = /^[\s-]*([A-Za-z_][A-Za-z0-9_]*)\s*:(?:\s|$)/.exec(line)?.[1];
  return key === undefined ? '' : showKey(key);
}

const syntaxMessage = ({ code, message }: YAMLError): string => {
  // Where a list or mapping in brackets goes on at the margin, its end was forgotten.
  if (code === 'BAD_INDENT' && /^Flow /i.test(message)) return 'a "[" or "{" before this line is not closed';
  return SYNTAX[code] ?? 'this is not valid YAML';
};
