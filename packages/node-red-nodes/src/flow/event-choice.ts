// Which event a message means: an id, or a whole event as the palette, MQTT or the API have it.
import { eventId } from './event-id.ts';

/** An event, and its camera where the message says it. */
export interface EventChoice {
  readonly id: number;
  readonly camera?: string;
}

/** @param value - 42, "42", or an object with `id` and `camera` or `cameraId`; `undefined` where there is none. @throws Error where it is something else. */
export function eventChoice(value: unknown): EventChoice | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const { id, camera, cameraId } = (typeof value === 'object' ? value : { id: value }) as Readonly<Record<string, unknown>>;
  const number = eventId(id);
  if (number === undefined) throw new Error(`event is the id of an event such as 42, or a whole event; got ${shown(value)}`);
  const named = [camera, cameraId].find((each): each is string => typeof each === 'string' && each !== '');
  return { id: number, ...(named === undefined ? {} : { camera: named }) };
}

const shown = (value: unknown): string =>
  Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object without a usable id' : String(JSON.stringify(value)).slice(0, 60);
