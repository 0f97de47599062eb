// Schemas of exports: what is asked for, and what an export looks like.
import * as Type from 'typebox';
import { ONE_LINE } from '../events/event-edit-policy.ts';
import { cameraId, eventId, moment, time } from './schemas.ts';

const LONGEST_NAME = 100;
const MOST_EVENTS = 1000;
const LARGEST_LIST = 1000;

/** The id of an export. */
export const exportId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [7], description: 'Id of an export.' });

/** What to make a file of. */
export const exportRequestSchema = Type.Object(
  {
    events: Type.Optional(Type.Array(eventId, { minItems: 1, maxItems: MOST_EVENTS, description: 'Events of one camera, as a whole.' })),
    camera: Type.Optional(cameraId),
    from: Type.Optional(moment('Instead of events, with `camera` and `to`: from the key frame at or before this moment.')),
    to: Type.Optional(moment('To the frame before this moment.')),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: LONGEST_NAME,
        pattern: ONE_LINE,
        'x-expect': `a line of 1 to ${LONGEST_NAME} characters that says something`,
        description: 'One line, for people; default: camera and time.',
      }),
    ),
  },
  { additionalProperties: false, examples: [{ events: [42] }] },
);

/** An export. */
export const exportSchema = Type.Object({
  id: exportId,
  name: Type.String(),
  cameraId,
  cameraName: Type.String(),
  state: Type.Enum(['queued', 'running', 'done', 'failed', 'cancelled'], { description: '`cancelled` is told once, before it is deleted.' }),
  step: Type.Optional(Type.Enum(['planning', 'writing', 'hashing'], { description: 'While it runs.' })),
  progress: Type.Number({ description: '0 to 1.' }),
  from: time,
  to: time,
  events: Type.Array(eventId),
  createdAt: time,
  createdBy: Type.String(),
  finishedAt: Type.Optional(time),
  expiresAt: Type.Optional(time),
  sizeBytes: Type.Optional(Type.Number()),
  sha256: Type.Optional(Type.String({ description: 'Of the file, hexadecimal.' })),
  durationSeconds: Type.Optional(Type.Number()),
  frames: Type.Optional(Type.Integer()),
  gaps: Type.Optional(Type.Integer({ description: 'Within the file, of what should have been recorded; the manifest lists them.' })),
  urls: Type.Optional(Type.Object({ video: Type.String(), manifest: Type.String() }, { description: 'Once it is done.' })),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() }, { description: 'Once it has failed.' })),
});

/** Which exports to list. */
export const exportFilterSchema = Type.Object(
  {
    camera: Type.Optional(cameraId),
    cameras: Type.Optional(Type.Array(cameraId, { maxItems: 500, description: 'Only exports of these; those that you may not see are left out.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LARGEST_LIST, default: 100 })),
  },
  { additionalProperties: false },
);

/** Exports, newest first. */
export const exportListSchema = Type.Object({ exports: Type.Array(exportSchema) });
