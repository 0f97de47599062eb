// A line of ZoneMinder's zmtrigger, `id|action|score|cause|text|showtext`, as a command. Pure.
import { MOST_SCORE } from './trigger-limits.ts';

/** What a line may ask for. */
export type LineAction = 'on' | 'off' | 'cancel' | 'show' | 'enable' | 'disable';

/** What a line asks for. */
export interface LineCommand {
  /** Number or id of the camera, as it stands there. */
  readonly monitor: string;
  readonly action: LineAction;
  /** N of `on+N`, `off N`, `disable+N`; 0 is as if it was not there. `Infinity` where no number holds it. */
  readonly seconds: number;
  /** 1…100 of `on`; of others 0. */
  readonly score: number;
  readonly cause: string;
  readonly text: string;
  /** Absent where the line has no field for it, or an empty one. */
  readonly showText?: string;
}

/** A line, understood or not; `undefined`: it is empty. */
export type ReadLine = { readonly command: LineCommand } | { readonly fault: string } | undefined;

/** ZoneMinder's fields, each without the byte that ends it. */
const MOST_BYTES = { cause: 31, text: 255, showText: 255 } as const;
/** Characters of what was not understood that are repeated. */
const MOST_REPEATED = 60;

const WITH_SECONDS = /^(on|off|enable|disable)(?:[ +]([0-9]+))?$/;
const PLAIN = /^(cancel|show)$/;
/** What Perl takes for a number at the beginning of a text. */
const LEADING_NUMBER = /^\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?/i;
/** What would break lines of logs and pictures. */
const BREAKS = /[\p{Cc}\u2028\u2029]/gu;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Reads one line without its end. What is no UTF-8 is read with U+FFFD in its place. */
export function readTriggerLine(bytes: Uint8Array): ReadLine {
  const line = decoder.decode(bytes).replace(/^"/, '').replace(/"$/, '');
  if (line === '') return undefined;
  const [monitor = '', word = '', score = '', cause = '', text = '', showText = ''] = line.split('|', 6);
  const [, action, digits] = WITH_SECONDS.exec(word) ?? PLAIN.exec(word) ?? [];
  if (action === undefined) {
    const expected = 'expected ID|ACTION|SCORE|CAUSE|TEXT|SHOWTEXT with on, on+N, off, off+N, cancel, show, enable or disable as the action';
    return { fault: `${repeated(line)} is no trigger line: ${expected}` };
  }
  const worth = action === 'on' ? scoreOf(score) : 0;
  if (action === 'on' && worth <= 0) return { fault: `${repeated(line)}: an "on" needs a score above 0, got ${repeated(score)}` };
  const shown = clean(showText, MOST_BYTES.showText);
  return {
    command: {
      monitor,
      action: action as LineAction,
      seconds: digits === undefined ? 0 : Number(digits),
      score: worth,
      cause: clean(cause, MOST_BYTES.cause),
      text: clean(text, MOST_BYTES.text),
      ...(shown === '' ? {} : { showText: shown }),
    },
  };
}

/**
 * A score of theirs as one of ours. Both count percent of what a zone could score at most; theirs adds zones up, to 255, ours ends at 100.
 * What begins with no number is worth nothing.
 */
export function scoreOf(text: string): number {
  const [number] = LEADING_NUMBER.exec(text) ?? [];
  const score = number === undefined ? 0 : Math.trunc(Number(number));
  return Math.min(MOST_SCORE, score);
}

/** Not longer than so many bytes of UTF-8, with no character cut in two, and on one line. */
function clean(text: string, mostBytes: number): string {
  const bytes = encoder.encode(text);
  let end = Math.min(bytes.length, mostBytes);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return (end === bytes.length ? text : decoder.decode(bytes.subarray(0, end))).replace(BREAKS, ' ');
}

/** What was got, for a log. */
function repeated(text: string): string {
  const characters = Array.from(text);
  return JSON.stringify(characters.length <= MOST_REPEATED ? text : `${characters.slice(0, MOST_REPEATED).join('')}…`);
}
