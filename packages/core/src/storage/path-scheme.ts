// Where an event's directory is and what its files are called: ZoneMinder's three layouts, in local time.
import type { PathScheme } from '../model/event.ts';
import type { CameraId, EventId } from '../model/ids.ts';
import { isId } from '../model/ids.ts';
import type { WallMs } from '../model/time.ts';
import { wallMs } from '../model/time.ts';

/** The picture every event has. */
export const SNAPSHOT_NAME = 'snapshot.jpg';

/** The picture of the highest score. */
export const ALARM_NAME = 'alarm.jpg';

/** The years two digits can name: 2000 to 2099. */
const CENTURY = 2000;

const two = (value: number): string => String(value).padStart(2, '0');

/**
 * The directory of an event below its area's root, with `/`.
 *
 * Under `deep` the name is the second the event starts in (local time), which another event may have: a quick reconnect,
 * a clock that went back, the hour that is repeated in autumn. Then, and only then, the event's id is appended to it
 * (`…/07-4711`). `taken` says whether a directory is in use; `chooseDirectory` asks the disk.
 *
 * @param startMs - Start of the event; under `deep` between 2000 and 2099.
 */
export const eventDirectory = (
  scheme: PathScheme,
  cameraId: CameraId,
  startMs: WallMs,
  eventId: EventId,
  taken: (directory: string) => boolean = () => false,
): string => {
  const start = new Date(startMs);
  const [month, day] = [two(start.getMonth() + 1), two(start.getDate())];
  switch (scheme) {
    case 'shallow':
      return `${cameraId}/${eventId}`;
    case 'medium':
      return `${cameraId}/${String(start.getFullYear()).padStart(4, '0')}-${month}-${day}/${eventId}`;
    case 'deep': {
      const time = [start.getHours(), start.getMinutes(), start.getSeconds()].map(two).join('/');
      const directory = `${cameraId}/${two(start.getFullYear() % 100)}/${month}/${day}/${time}`;
      return taken(directory) ? `${directory}-${eventId}` : directory;
    }
  }
};

/** What a directory's name says about its event. */
export interface ParsedDirectory {
  readonly scheme: PathScheme;
  readonly cameraId: CameraId;
  /** Absent under `deep`, unless it was needed to tell two events apart. */
  readonly eventId?: EventId;
  /** Start of the second (`deep`) or of the day (`medium`) it names, in local time; of a repeated hour, either. */
  readonly fromMs?: WallMs;
}

const parseInteger = (text: string): number | undefined => {
  const value = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
};

/** Local time of calendar fields, `undefined` where the calendar has no such day. */
const localTime = (year: number, month: number, day: number, hour = 0, minute = 0, second = 0): WallMs | undefined => {
  const date = new Date(year, month - 1, day, hour, minute, second);
  const isReal = date.getMonth() === month - 1 && date.getDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? wallMs(date.getTime()) : undefined;
};

const parseMedium = (cameraId: CameraId, date: string, id: string): ParsedDirectory | undefined => {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  const eventId = parseInteger(id);
  const fromMs = parts ? localTime(Number(parts[1]), Number(parts[2]), Number(parts[3])) : undefined;
  return eventId === undefined || fromMs === undefined ? undefined : { scheme: 'medium', cameraId, eventId, fromMs };
};

const parseDeep = (cameraId: CameraId, parts: readonly string[]): ParsedDirectory | undefined => {
  const match = /^(\d\d)\/(\d\d)\/(\d\d)\/(\d\d)\/(\d\d)\/(\d\d)(?:-(.+))?$/.exec(parts.join('/'));
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour, minute, second] = match.slice(1, 7).map(Number);
  const fromMs = localTime(CENTURY + year, month, day, hour, minute, second);
  const eventId = match[7] === undefined ? undefined : parseInteger(match[7]);
  if (fromMs === undefined || (match[7] !== undefined && eventId === undefined)) return undefined;
  return { scheme: 'deep', cameraId, fromMs, ...(eventId !== undefined && { eventId }) };
};

/** Reads a directory's name; `undefined` for anything `eventDirectory` never returns. */
export const parseEventDirectory = (directory: string): ParsedDirectory | undefined => {
  const [cameraId = '', ...parts] = directory.split('/');
  if (!isId(cameraId)) return undefined;
  const [first = '', second = ''] = parts;
  if (parts.length === 1) {
    const eventId = parseInteger(first);
    return eventId === undefined ? undefined : { scheme: 'shallow', cameraId, eventId };
  }
  if (parts.length === 2) return parseMedium(cameraId, first, second);
  return parts.length === 6 ? parseDeep(cameraId, parts) : undefined;
};

/** Name of an event's video file. */
export const videoName = (eventId: EventId): string => `${eventId}-video.mp4`;

/** The event a video file's name belongs to; `undefined` for every other name. */
export const parseVideoName = (name: string): EventId | undefined => {
  const id = /^(\d+)-video\.mp4$/.exec(name)?.[1];
  return id === undefined ? undefined : parseInteger(id);
};

/** Absolute path of an event's video. */
export const videoPath = (root: string, directory: string, eventId: EventId): string => `${root}/${directory}/${videoName(eventId)}`;
