// Events: what there is, what people note about them, and their pictures.
import { createHash } from 'node:crypto';
import type { EventPictureOptions, Picture, RecorderApi } from '@nightjar/client';
import * as Type from 'typebox';
import { withinLimits } from '../../auth/authorize.ts';
import { eventChanges, eventFilterSchema, eventPageSchema, eventSchema } from '../event-schemas.ts';
import { type Operation, operation } from '../operation.ts';
import { eventId } from '../schemas.ts';

const VIEW = { area: 'events', access: 'view' } as const;
const EDIT = { area: 'events', access: 'edit' } as const;
const only = Type.Object({ id: eventId }, { additionalProperties: false });

const picture = Type.Object(
  {
    id: eventId,
    width: Type.Optional(
      Type.Integer({ minimum: 16, maximum: 8192, description: 'Widest the picture may be, in pixels. Its shape stays, and it is never enlarged.' }),
    ),
    maxBytes: Type.Optional(Type.Integer({ minimum: 1024, maximum: 33_554_432, description: 'Longest it may be; it is compressed more until it is.' })),
  },
  { additionalProperties: false },
);
const PICTURE_ERRORS = [
  'EVENT_NOT_FOUND',
  'NOT_READY',
  'PICTURE_NOT_FOUND',
  'PICTURE_FAILED',
  'PICTURE_NOT_THAT_SMALL',
  'AREA_MISSING',
  'DISK_FAILED',
  'TOO_MANY_REQUESTS',
] as const;

/** The picture with what caches want to know of it. */
async function pictureOf(
  recorder: RecorderApi,
  id: number,
  read: (id: number, options: EventPictureOptions) => Promise<Uint8Array>,
  options: EventPictureOptions,
): Promise<Picture> {
  const { start } = await recorder.event(id);
  const jpeg = await read.call(recorder, id, options);
  return { jpeg, at: start, stale: false, etag: createHash('sha256').update(jpeg).digest('base64url').slice(0, 22) };
}

/** `GET /events`. */
export const listEvents = operation({
  id: 'listEvents',
  tag: 'events',
  summary: 'Events of the cameras you may see, newest first, page by page.',
  method: 'GET',
  path: '/events',
  input: eventFilterSchema,
  output: { kind: 'json', schema: eventPageSchema },
  requires: VIEW,
  handle: (filter, { recorder, principal }) => recorder.events(withinLimits(principal, filter)),
});

/** `GET /events/{id}`. */
export const getEvent = operation({
  id: 'getEvent',
  tag: 'events',
  summary: 'One event.',
  method: 'GET',
  path: '/events/{id}',
  input: only,
  output: { kind: 'json', schema: eventSchema },
  requires: VIEW,
  about: 'event',
  errors: ['EVENT_NOT_FOUND'],
  handle: ({ id }, { recorder }) => recorder.event(id),
});

/** `PATCH /events/{id}`. */
export const updateEvent = operation({
  id: 'updateEvent',
  tag: 'events',
  summary: 'Name, note, tag or protect an event, also while it is recorded. What is left out stays as it is.',
  method: 'PATCH',
  path: '/events/{id}',
  input: Type.Object({ id: eventId, ...eventChanges }, { additionalProperties: false, examples: [{ protected: true }] }),
  output: { kind: 'json', schema: eventSchema },
  requires: EDIT,
  about: 'event',
  errors: ['EVENT_NOT_FOUND', 'NOT_READY', 'DATABASE_BUSY', 'DATABASE_FAILED'],
  handle: ({ id, ...changes }, { recorder }) => recorder.updateEvent(id, changes),
});

/** `DELETE /events/{id}`. */
export const deleteEvent = operation({
  id: 'deleteEvent',
  tag: 'events',
  summary: 'Delete an event with its video and pictures. Where its disk is away, it is gone at once from here, and from the disk when that is back.',
  method: 'DELETE',
  path: '/events/{id}',
  input: only,
  output: { kind: 'nothing' },
  requires: EDIT,
  about: 'event',
  errors: ['EVENT_NOT_FOUND', 'EVENT_OPEN', 'EVENT_PROTECTED', 'NOT_READY', 'DATABASE_BUSY', 'DATABASE_FAILED'],
  handle: async ({ id }, { recorder }) => {
    await recorder.deleteEvent(id);
    return undefined;
  },
});

/** `GET /events/{id}/snapshot.jpg`. */
export const getEventSnapshot = operation({
  id: 'getEventSnapshot',
  tag: 'events',
  summary: 'The best picture of an event; while it is recorded, the one that raised its alarm.',
  method: 'GET',
  path: '/events/{id}/snapshot.jpg',
  input: picture,
  output: { kind: 'picture' },
  requires: VIEW,
  about: 'event',
  takesMediaToken: true,
  errors: PICTURE_ERRORS,
  handle: ({ id, ...options }, { recorder }) => pictureOf(recorder, id, recorder.eventSnapshot, options),
});

/** `GET /events/{id}/alarm.jpg`. */
export const getEventAlarmPicture = operation({
  id: 'getEventAlarmPicture',
  tag: 'events',
  summary: 'The picture that raised the alarm of an event, or its best one where nothing did.',
  method: 'GET',
  path: '/events/{id}/alarm.jpg',
  input: picture,
  output: { kind: 'picture' },
  requires: VIEW,
  about: 'event',
  takesMediaToken: true,
  errors: PICTURE_ERRORS,
  handle: ({ id, ...options }, { recorder }) => pictureOf(recorder, id, recorder.eventAlarmPicture, options),
});

/** In the order of the reference. */
export const EVENT_OPERATIONS: readonly Operation[] = [listEvents, getEvent, updateEvent, deleteEvent, getEventSnapshot, getEventAlarmPicture];
