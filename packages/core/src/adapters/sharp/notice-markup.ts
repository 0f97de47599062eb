// A notice as Pango markup: https://docs.gtk.org/Pango/pango_markup.html. Pure.
import type { Notice } from '../../ports/picture-painter.ts';

const LONGEST_TITLE = 100;
const LONGEST_LINE = 160;
/** More covers what is to be seen. */
const LONGEST_LABEL = 120;
/** Sizes in sixteenths of a picture's width, or ninths of its height. */
const TITLE_SIZE = 0.7;
const LINE_SIZE = 0.4;
const LABEL_SIZE = 0.42;
const SMALLEST_PX = 9;
const SMALLEST_LABEL_PX = 12;
/** Pango's unit. */
const PER_POINT = 1024;

/** Control characters, halves of characters, and what begins a line. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Turn what comes after them around; letters know their direction themselves. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;
const VISIBLE = /[^\p{Cf}\p{Z}\p{M}]/u;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/**
 * The markup; `undefined` where no word is left.
 *
 * @param unitPx - Pixels of a sixteenth of the picture's width.
 */
export function noticeMarkup({ title, lines }: Notice, unitPx: number): string | undefined {
  const size = (share: number): number => Math.round(Math.max(SMALLEST_PX, unitPx * share) * PER_POINT);
  const parts = [
    { text: printable(title, LONGEST_TITLE), size: size(TITLE_SIZE), colour: '#ffffff' },
    ...lines.map((line) => ({ text: printable(line, LONGEST_LINE), size: size(LINE_SIZE), colour: '#d5dbe3' })),
  ];
  const written = parts.filter(({ text }) => text !== '');
  if (written.length === 0) return undefined;
  return written.map(({ text, size: points, colour }) => `<span size="${points}" foreground="${colour}">${escaped(text)}</span>`).join('\n');
}

/** Words that are put on a picture, as markup; `undefined` where no word is left. */
export function labelMarkup(text: string, unitPx: number): string | undefined {
  const words = printable(text, LONGEST_LABEL);
  if (words === '') return undefined;
  return `<span size="${Math.round(Math.max(SMALLEST_LABEL_PX, unitPx * LABEL_SIZE) * PER_POINT)}" foreground="#ffffff">${escaped(words)}</span>`;
}

/** The text on one line, without what can't be printed, and not endless. */
function printable(text: string, longest: number): string {
  const clean = text.replace(UNPRINTABLE, ' ').replace(DIRECTIONS, '').trim();
  if (!VISIBLE.test(clean)) return '';
  const characters = Array.from(clean);
  return characters.length <= longest ? clean : `${characters.slice(0, longest - 1).join('')}…`;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
