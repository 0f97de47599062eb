// Schemas of events: what is listed, what may be changed, what an event looks like.
import * as Type from 'typebox';
import { EVENT_EDIT_LIMITS, ONE_LINE, SOME_LINES } from '../events/event-edit-policy.ts';
import { cameraId, eventId, moment, time } from './schemas.ts';

const LONGEST_ZONE = 48;
const LONGEST_CURSOR = 100;
const LARGEST_PAGE = 1000;

const causeKind = Type.Enum(['motion', 'continuous', 'trigger', 'analysis-down'], { description: 'Why an event exists.' });

const cause = Type.Object({
  kind: causeKind,
  zones: Type.Optional(Type.Array(Type.String())),
  source: Type.Optional(Type.String()),
  text: Type.Optional(Type.String()),
});

/** An event. */
export const eventSchema = Type.Object({
  id: eventId,
  cameraId,
  cameraName: Type.String(),
  serverId: Type.String(),
  name: Type.String(),
  cause: causeKind,
  armed: Type.Boolean({ description: 'Whether it is worth an alarm: the camera was armed when an alarm in it, or the event itself, began.' }),
  causes: Type.Array(cause),
  state: Type.Enum(['open', 'closed', 'ready'], { description: '`ready`: clip and pictures can be fetched.' }),
  start: time,
  end: Type.Optional(time),
  durationMs: Type.Number(),
  score: Type.Object({ max: Type.Number(), avg: Type.Number(), total: Type.Number() }, { description: '0 to 100; `total` is a sum.' }),
  frames: Type.Integer(),
  alarmFrames: Type.Integer(),
  zones: Type.Array(Type.String()),
  notes: Type.String(),
  tags: Type.Array(Type.String()),
  protected: Type.Boolean(),
  recovered: Type.Boolean(),
  sizeBytes: Type.Number(),
  video: Type.Object({ codec: Type.String(), width: Type.Integer(), height: Type.Integer(), url: Type.String() }),
  urls: Type.Object({ snapshot: Type.String(), alarm: Type.String() }),
  has: Type.Object({ snapshot: Type.Boolean(), alarm: Type.Boolean(), clip: Type.Boolean() }),
});

/** A page of events. */
export const eventPageSchema = Type.Object({
  events: Type.Array(eventSchema),
  nextCursor: Type.Optional(Type.String({ description: 'Asks for the next page. A page may be short, even empty, and still have a next one.' })),
});

/** What to list. */
export const eventFilterSchema = Type.Object(
  {
    camera: Type.Optional(cameraId),
    cameras: Type.Optional(Type.Array(cameraId, { maxItems: 500, description: 'Only events of these; those that you may not see are left out.' })),
    from: Type.Optional(moment('Events that end after this.')),
    to: Type.Optional(moment('Events that start before this.')),
    cause: Type.Optional(causeKind),
    zone: Type.Optional(Type.String({ minLength: 1, maxLength: LONGEST_ZONE, description: 'Events in which this zone moved.' })),
    minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'Events whose highest score is at least this.' })),
    protected: Type.Optional(Type.Boolean()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, default: 100 })),
    cursor: Type.Optional(Type.String({ maxLength: LONGEST_CURSOR, description: '`nextCursor` of the page before, with the same filters.' })),
  },
  { additionalProperties: false },
);

/** What may be changed of an event. */
export const eventChanges = {
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: EVENT_EDIT_LIMITS.name,
      pattern: ONE_LINE,
      'x-expect': `a line of 1 to ${EVENT_EDIT_LIMITS.name} characters that says something`,
      description: 'One line.',
    }),
  ),
  notes: Type.Optional(
    Type.String({
      maxLength: EVENT_EDIT_LIMITS.notes,
      pattern: SOME_LINES,
      'x-expect': `a text of at most ${EVENT_EDIT_LIMITS.notes} characters, without control characters but tabs and line ends`,
    }),
  ),
  protected: Type.Optional(Type.Boolean({ description: 'Protected events are deleted by nobody, until they are not protected any more.' })),
  tags: Type.Optional(
    Type.Array(
      Type.String({ minLength: 1, maxLength: EVENT_EDIT_LIMITS.tag, pattern: ONE_LINE, 'x-expect': `a line of 1 to ${EVENT_EDIT_LIMITS.tag} characters` }),
      {
        maxItems: EVENT_EDIT_LIMITS.tags,
        description: 'All of them; what is not listed is taken away.',
      },
    ),
  ),
};
