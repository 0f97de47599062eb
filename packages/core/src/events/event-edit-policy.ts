// What may be changed of an event, and within which limits. Pure.
import type { EventChanges } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';

/** What people may change. */
export type EventEdit = Partial<Pick<EventRecord, 'name' | 'notes' | 'protected' | 'tags'>>;

/** In UTF-16 code units, and pieces. */
export const EVENT_EDIT_LIMITS = { name: 120, notes: 4000, tag: 64, tags: 32 } as const;

/** A text of one line that says something. For `RegExp` with the flag `u`, and JSON schemas. */
export const ONE_LINE =
  '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ud800-\\udfff]*[^\\u0000-\\u0020\\u007f-\\u00a0\\u2028\\u2029\\ud800-\\udfff][^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ud800-\\udfff]*$';
/** A text with lines and tabs, but no other control characters. */
export const SOME_LINES = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$';

const oneLine = new RegExp(ONE_LINE, 'u');
const someLines = new RegExp(SOME_LINES, 'u');

const isLine = (text: unknown, most: number): boolean => typeof text === 'string' && text.length <= most && oneLine.test(text);

/** The change as it is made: tags once each. @throws RecorderError `INPUT_INVALID` that says what is wrong with every part. */
export function readEdit({ name, notes, protected: isProtected, tags }: EventChanges): EventEdit {
  const { name: longestName, notes: longestNotes, tag: longestTag, tags: mostTags } = EVENT_EDIT_LIMITS;
  const problems: string[] = [];
  if (name !== undefined && !isLine(name, longestName)) problems.push(`name: expected a line of 1 to ${longestName} characters`);
  if (notes !== undefined && !(typeof notes === 'string' && notes.length <= longestNotes && someLines.test(notes)))
    problems.push(`notes: expected a text of at most ${longestNotes} characters, without control characters but tabs and line ends`);
  if (isProtected !== undefined && typeof isProtected !== 'boolean') problems.push('protected: expected true or false');
  if (tags !== undefined && !(Array.isArray(tags) && tags.length <= mostTags && tags.every((tag) => isLine(tag, longestTag))))
    problems.push(`tags: expected at most ${mostTags} lines of 1 to ${longestTag} characters each`);
  if (problems.length > 0) throw new RecorderError('INPUT_INVALID', problems.join('; '));
  return {
    ...(name === undefined ? {} : { name }),
    ...(notes === undefined ? {} : { notes }),
    ...(isProtected === undefined ? {} : { protected: isProtected }),
    ...(tags === undefined ? {} : { tags: [...new Set(tags)] }),
  };
}
