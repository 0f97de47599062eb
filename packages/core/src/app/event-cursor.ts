// Where the next page of events begins, as a text for clients. They pass it back and look at nothing in it.
import { RecorderError } from '../errors/recorder-error.ts';
import { wallMs } from '../model/time.ts';
import type { EventPosition } from '../ports/event-search.ts';

const DIGITS = 36;
const LONGEST = 100;
const FORM = /^(-?[0-9a-z]{1,11})\.([0-9a-z]{1,11})$/;

/** The text of a position. */
export const cursorOf = ({ startMs, id }: EventPosition): string =>
  Buffer.from(`${Math.round(startMs).toString(DIGITS)}.${id.toString(DIGITS)}`).toString('base64url');

/** The position a text stands for. @throws RecorderError `INPUT_INVALID`. */
export function readCursor(cursor: string): EventPosition {
  const [, start = '', id = ''] = FORM.exec(cursor.length > LONGEST ? '' : Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  const position: EventPosition = { startMs: wallMs(Number.parseInt(start, DIGITS)), id: Number.parseInt(id, DIGITS) };
  const isWhole = Number.isSafeInteger(position.startMs) && Number.isSafeInteger(position.id);
  if (!isWhole || cursorOf(position) !== cursor)
    throw new RecorderError('INPUT_INVALID', 'cursor: is not the `nextCursor` of a page; leave it out for the first page');
  return position;
}
