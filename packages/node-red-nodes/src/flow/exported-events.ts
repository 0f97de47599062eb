// Which events a message means: an id, an event, or a list of them.
import { eventId } from './event-id.ts';

/** Ids of events, and the camera they are of, where the message says it. */
export interface ExportedEvents {
  readonly ids: readonly number[];
  readonly camera?: string;
}

const MOST = 1000;

/**
 * @param value - An id, several divided by commas, an event as `nightjar-event-in` or `nightjar-recordings` give it, or a list of these.
 * @throws Error where it is none of these, or the events are of several cameras.
 */
export function exportedEvents(value: unknown): ExportedEvents {
  const parts = (Array.isArray(value) ? value : [value]).flatMap((each) => (typeof each === 'string' ? each.split(',') : [each]));
  const ids = [...new Set(parts.map(idOf))];
  if (ids.length === 0) throw new Error('event is an empty list; there is nothing to export');
  if (ids.length > MOST) throw new Error(`event has ${ids.length} events; one export takes ${MOST} at most`);
  const cameras = [...new Set(parts.flatMap(cameraOf))];
  if (cameras.length > 1) throw new Error(`these are events of several cameras (${cameras.slice(0, 5).join(', ')}); an export is of one camera`);
  return { ids, ...(cameras[0] === undefined ? {} : { camera: cameras[0] }) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function idOf(value: unknown): number {
  const id = eventId(isObject(value) ? value['id'] : value);
  if (id === undefined) throw new Error(`event is the id of an event, an event, or a list of them; got ${String(JSON.stringify(value)).slice(0, 60)}`);
  return id;
}

function cameraOf(value: unknown): readonly string[] {
  if (!isObject(value)) return [];
  const camera = value['cameraId'] ?? value['camera'];
  return typeof camera === 'string' && camera !== '' ? [camera] : [];
}
