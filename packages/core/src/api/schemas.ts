// Schemas that several operations share. Types of the same things are in `@nightjar/client`; a test holds the two together.
import * as Type from 'typebox';
import { ID_PATTERN } from '../model/ids.ts';

/** The id of a camera. */
export const cameraId = Type.String({ pattern: ID_PATTERN, description: 'Id of a camera: lower-case letters, digits, "_" and "-", at most 48.' });

/** A moment: ISO 8601, UTC. */
export const time = Type.String({ format: 'date-time', description: 'ISO 8601 in UTC with milliseconds, for instance 2026-11-22T12:00:03.120Z.' });

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
  droppedPackets: Type.Integer(),
  reconnects: Type.Integer(),
  clockJumps: Type.Integer(),
  since: time,
  forced: Type.Optional(Type.Enum(['on', 'off'])),
  problem: Type.Optional(Type.String()),
});

/** A camera. */
export const cameraSchema = Type.Object({
  id: cameraId,
  name: Type.String(),
  function: Type.Enum(['none', 'monitor', 'modect', 'record', 'mocord', 'nodect']),
  audio: Type.Boolean(),
  zones: Type.Array(Type.String()),
  state: cameraState,
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  provisioned: Type.Optional(Type.Boolean()),
});
