// What is said in place of a picture, and when. Pure.
import type { CameraStatus } from '../model/camera.ts';
import type { Notice } from '../ports/picture-painter.ts';

/** Without a frame for so long, a camera that is not online counts as away; shorter ones are hiccups that nobody needs to hear of. */
const AWAY_AFTER_MS = 3000;

/** What is known of a camera. */
export interface Absence {
  readonly name: string;
  /** Why the recorder does not connect to it; absent: it does. */
  readonly letGo?: string | undefined;
  readonly status: CameraStatus;
  readonly problem?: string;
  /** Capture time of its newest frame; absent: there was none yet. */
  readonly lastFrameMs?: number;
  readonly nowMs: number;
}

/** Whether there is nothing new to be seen of a camera. */
export const isAway = ({ status, lastFrameMs, nowMs }: Pick<Absence, 'status' | 'lastFrameMs' | 'nowMs'>): boolean =>
  // Also of a frame from the future: the calendar was set back since.
  status !== 'online' && (lastFrameMs === undefined || Math.abs(nowMs - lastFrameMs) > AWAY_AFTER_MS);

/**
 * The words for a camera without a picture.
 *
 * @param offsetMinutes - Of the local time from UTC, east of it positive, at a time.
 */
export function awayNotice(absence: Absence, offsetMinutes: (ms: number) => number): Notice {
  const { name, letGo, status, problem, lastFrameMs, nowMs } = absence;
  if (letGo !== undefined) return { title: name, lines: [letGo] };
  const why = problem === undefined ? [] : [problem];
  if (status === 'online') return { title: name, lines: ['waiting for the first picture'] };
  if (lastFrameMs === undefined) return { title: name, lines: [status === 'connecting' ? 'not connected yet' : 'not connected', ...why] };
  return { title: name, lines: [`offline since ${localTime(lastFrameMs, nowMs, offsetMinutes)}`, ...why] };
}

/** `12:03 (UTC+01:00)`, with the date where that is not today's. */
function localTime(ms: number, nowMs: number, offsetMinutes: (ms: number) => number): string {
  const offset = offsetMinutes(ms);
  const [date = '', time = ''] = new Date(ms + offset * 60_000).toISOString().slice(0, 16).split('T');
  const today = new Date(nowMs + offsetMinutes(nowMs) * 60_000).toISOString().slice(0, 10);
  return `${date === today ? '' : `${date} `}${time} (UTC${offset === 0 ? '' : offsetText(offset)})`;
}

function offsetText(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
