// A span of time as clients write it.
import type { TimeSpan } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';

const MOMENT = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+\- ]\d\d:?\d\d)$/i;

/** Both ends of a span, in ms since 1970. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** @throws RecorderError `INPUT_INVALID` for what is no moment, for an end that is not after the beginning, and for more than `mostHours`. */
export const parseSpan = ({ from, to }: TimeSpan, mostHours = Number.POSITIVE_INFINITY): Span => {
  const span = { fromMs: parseMoment(from, 'from'), toMs: parseMoment(to, 'to') };
  if (span.fromMs >= span.toMs) throw new RecorderError('INPUT_INVALID', `\`from\` (${from}) must be before \`to\` (${to})`);
  if (span.toMs - span.fromMs > mostHours * 3_600_000)
    throw new RecorderError('INPUT_INVALID', `a span may be ${mostHours} hours long at most; ask for its parts`);
  return span;
};

const parseMoment = (text: string, name: string): number => {
  const [, local = '', zone = ''] = MOMENT.exec(text) ?? [];
  // A plus in an address that nobody escaped arrives as a space.
  const value = Date.parse(`${local.replace(' ', 'T')}${zone.toUpperCase().replace(' ', '+')}`);
  if (Number.isNaN(value)) throw new RecorderError('INPUT_INVALID', `\`${name}\` must be a moment with its zone, such as 2026-11-22T12:00:00.000Z`);
  return value;
};
