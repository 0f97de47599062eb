// Schemas that several operations share. Types of the same things are in `@nightjar/client`; a test holds the two together.
import * as Type from 'typebox';
import { ID_PATTERN } from '../model/ids.ts';
import { anyMapping } from './by-hand.ts';

const ID_WORDS = 'lower-case letters, digits, "_" and "-", at most 48';

/** The id of a camera. */
export const cameraId = Type.String({
  pattern: ID_PATTERN,
  'x-expect': ID_WORDS,
  examples: ['porch'],
  description: `Id of a camera: ${ID_WORDS}.`,
});

/** A moment: ISO 8601, UTC. */
export const time = Type.String({ format: 'date-time', description: 'ISO 8601 in UTC with milliseconds, for instance 2026-11-22T12:00:03.120Z.' });

/** The input of what takes none. */
export const nothing = Type.Object({}, { additionalProperties: false });

/** Something a person should know about, until it is cleared. */
export const alertSchema = Type.Object({
  id: Type.String({ description: 'Stable while it lasts: `disk-full`, `camera-lost-porch`.' }),
  level: Type.Enum(['warning', 'error']),
  text: Type.String(),
  since: time,
  cameraId: Type.Optional(Type.String()),
});

const cameraState = Type.Object({
  status: Type.Enum(['offline', 'connecting', 'online', 'stalled']),
  fps: Type.Number(),
  bitrateKbps: Type.Number(),
  gopSeconds: Type.Number(),
  codec: Type.String(),
  width: Type.Integer(),
  height: Type.Integer(),
  score: Type.Number(),
  motion: Type.Boolean(),
  recording: Type.Boolean(),
  analysisFps: Type.Optional(Type.Number({ description: 'Frames analysed a second now. Absent: motion is not looked for.' })),
  latencyMs: Type.Optional(Type.Number({ description: 'From the capture of a frame to the verdict on it, usually. Absent: there is no recent verdict.' })),
  droppedPackets: Type.Integer(),
  reconnects: Type.Integer(),
  clockJumps: Type.Integer(),
  since: time,
  events: Type.Optional(Type.Integer({ description: 'How many events of it are kept. Absent while those of an older version are being counted.' })),
  eventBytes: Type.Optional(Type.Integer({ description: 'What these events take on disk.' })),
  forced: Type.Optional(Type.Enum(['on', 'off'])),
  problem: Type.Optional(Type.String()),
});

const cameraStream = Type.Object({
  stream: Type.Enum(['main', 'sub'], { description: 'The stream that is recorded, or the smaller one of `detect.source`.' }),
  codec: Type.String({ description: 'As RFC 6381 writes it; empty while nothing of the stream was received. What follows is as it was seen last.' }),
  width: Type.Integer(),
  height: Type.Integer(),
  fps: Type.Number(),
  bitrateKbps: Type.Integer(),
  gopSeconds: Type.Number(),
  hasBFrames: Type.Boolean({ description: 'Pictures are shown in another order than they are sent in.' }),
  audio: Type.Optional(Type.Object({ codec: Type.String(), sampleRate: Type.Integer(), channels: Type.Integer() })),
});

/** What people switch of a camera. */
export const cameraControls = Type.Object({
  enabled: Type.Boolean({ description: 'Whether the recorder connects to the camera.' }),
  armed: Type.Boolean({ description: 'Whether what it sees is worth an alarm. It is recorded either way.' }),
  detection: Type.Boolean({ description: 'Whether motion is looked for.' }),
  record: Type.Boolean({ description: 'Whether anything is kept. Switched on again, the mode from before is in force.' }),
  recordMode: Type.Enum(['off', 'motion', 'continuous'], { description: 'What is kept: nothing, motion and triggers, or everything.' }),
  sensitivity: Type.Number({ minimum: 0, maximum: 100, description: 'Sensitivity of every zone that looks for motion; of several, the highest is told.' }),
  privacy: Type.Boolean({ description: 'Whether the camera is let go: no picture is taken, shown or kept.' }),
});

/** A camera. */
export const cameraSchema = Type.Object({
  id: cameraId,
  number: Type.Optional(
    Type.Integer({ description: "The camera's number, by which trigger lines may name it; it stays. Absent while the database cannot be read." }),
  ),
  name: Type.String(),
  function: Type.Enum(['none', 'monitor', 'modect', 'record', 'mocord', 'nodect']),
  audio: Type.Boolean(),
  zones: Type.Array(Type.String()),
  controls: cameraControls,
  armed: Type.Boolean({ description: 'Whether what begins now is worth an alarm: camera and recorder are armed.' }),
  state: cameraState,
  streams: Type.Optional(Type.Array(cameraStream, { description: 'What it sends. A sub stream that nobody looks at is not connected to.' })),
  settings: Type.Optional(anyMapping()),
  provisioned: Type.Optional(Type.Boolean()),
});

/** The id of an event. */
export const eventId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [42], description: 'Id of an event.' });

/** A moment as clients write it, with its zone. */
export const moment = (description: string): ReturnType<typeof Type.String> =>
  Type.String({ format: 'date-time', maxLength: 40, description: `${description} ISO 8601 with a zone, for instance 2026-11-22T12:00:03.120Z.` });

/** What there is of a camera in a span of time. */
export const timelineSchema = Type.Object({
  cameraId,
  from: time,
  to: time,
  spans: Type.Array(Type.Object({ from: time, to: time, mediaSeconds: Type.Number({ description: 'Where it begins in `playback.mp4` of the span.' }) })),
  events: Type.Array(
    Type.Object({ from: time, to: time, id: eventId, cause: Type.String(), maxScore: Type.Number(), state: Type.Enum(['open', 'closed', 'ready']) }),
  ),
  gaps: Type.Array(Type.Object({ from: time, to: time, reason: Type.String(), lostFrames: Type.Integer() })),
  truncated: Type.Boolean({ description: 'There were more events or gaps than an answer holds: the newest are here.' }),
});
