// Control: outside signals about cameras, and their motors.
import * as Type from 'typebox';
import { DEFAULT_SCORE, DURATION_SECONDS, MOST_SCORE, MOST_SOURCE, MOST_TEXT, TEXT_PATTERN } from '../../triggers/trigger-limits.ts';
import { operation } from '../operation.ts';
import { cameraId } from '../schemas.ts';

const MOST_PRESET = 64;

const oneLine = (least: number, most: number) => ({
  pattern: TEXT_PATTERN,
  'x-expect': `a line of ${least} to ${most} characters without control characters`,
});

const text = (description: string, maxLength = MOST_TEXT) =>
  Type.Optional(Type.String({ description: `${description} Without control characters and line breaks.`, maxLength, ...oneLine(0, maxLength) }));

/** `POST /cameras/{id}/trigger`. */
export const triggerCamera = operation({
  id: 'triggerCamera',
  tag: 'control',
  summary: 'Raises an alarm (`on`, `pulse`), forbids alarms (`off`), leaves the camera to motion again (`cancel`), or puts words on its pictures (`show`).',
  method: 'POST',
  path: '/cameras/{id}/trigger',
  input: Type.Object(
    {
      id: cameraId,
      action: Type.Enum(['on', 'off', 'cancel', 'pulse', 'show'], {
        description:
          'on: opens an event, or extends the one that is open. pulse: does for `triggers.pulseSeconds` where it says no duration. off: ends it, and nothing opens another one. cancel: takes back the `on` and the `showText` of this source, and any `off`. show: pictures show `showText`, or nothing any more where that is empty.',
      }),
      durationSeconds: Type.Optional(
        Type.Number({
          description: 'After so long the signal is taken back by itself. Said again, the later end counts. Absent: it lasts.',
          minimum: DURATION_SECONDS.least,
          maximum: DURATION_SECONDS.most,
        }),
      ),
      score: Type.Optional(Type.Number({ description: `Score of the event. Absent: ${DEFAULT_SCORE}.`, minimum: 0, maximum: MOST_SCORE })),
      cause: text('Why, in a word: `Door`.'),
      text: text('Why, in a sentence: `Front door opened`.'),
      showText: text('Drawn on pictures until the signal is over or cancelled.'),
      source: Type.Optional(
        Type.String({
          description: 'Who holds the alarm; signals of different sources hold a camera independently. Absent: the account or token that asks.',
          minLength: 1,
          maxLength: MOST_SOURCE,
          ...oneLine(1, MOST_SOURCE),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: {
    kind: 'json',
    schema: Type.Object({
      eventId: Type.Optional(Type.Integer({ description: 'The event that `on` opened or extended.' })),
      waitsFor: Type.Optional(
        Type.Enum(['camera', 'storage'], {
          description: 'Why there is no event yet: the camera sends no key frame, or nothing can be stored. It begins when that is over.',
        }),
      ),
    }),
  },
  requires: { area: 'control', access: 'edit' },
  about: 'camera',
  errors: ['CAMERA_NOT_FOUND', 'CAMERA_CANNOT', 'TRIGGERS_FULL', 'TOO_MANY_REQUESTS'],
  handle: ({ id, source, ...request }, { recorder, principal }) => recorder.trigger(id, request, source ?? principal?.name),
});

const speed = (what: string) => Type.Optional(Type.Number({ description: `${what}, −1…1 of the full speed.`, minimum: -1, maximum: 1 }));

/** `POST /cameras/{id}/ptz`. */
export const movePtz = operation({
  id: 'movePtz',
  tag: 'control',
  summary: 'Moves a camera that has motors. None of the sources of this version has; the answer says so.',
  method: 'POST',
  path: '/cameras/{id}/ptz',
  input: Type.Object(
    {
      id: cameraId,
      action: Type.Enum(['move', 'stop', 'home', 'preset']),
      pan: speed('To the right'),
      tilt: speed('Upwards'),
      zoom: speed('Nearer'),
      durationMs: Type.Optional(Type.Integer({ description: 'How long it moves. Absent: until `stop`.', minimum: 1, maximum: 60_000 })),
      preset: Type.Optional(
        Type.String({ description: 'Name or number of a position, with `preset`.', minLength: 1, maxLength: MOST_PRESET, ...oneLine(1, MOST_PRESET) }),
      ),
    },
    { additionalProperties: false, examples: [{ action: 'move', pan: 0.5, durationMs: 500 }] },
  ),
  output: { kind: 'nothing' },
  requires: { area: 'control', access: 'edit' },
  about: 'camera',
  errors: ['CAMERA_NOT_FOUND', 'CAMERA_CANNOT'],
  handle: async ({ id, ...request }, { recorder }) => {
    await recorder.ptz(id, request);
    return undefined;
  },
});

/** `POST /cameras/{id}/reconnect`. */
export const reconnectCamera = operation({
  id: 'reconnectCamera',
  tag: 'control',
  summary: 'Lets a camera go and connects to it anew; what is recorded meanwhile is missing. Within 5 s of doing so it does nothing.',
  method: 'POST',
  path: '/cameras/{id}/reconnect',
  input: Type.Object({ id: cameraId }, { additionalProperties: false }),
  output: { kind: 'nothing' },
  requires: { area: 'control', access: 'edit' },
  about: 'camera',
  errors: ['CAMERA_NOT_FOUND', 'CAMERA_CANNOT', 'CAMERA_OFFLINE'],
  handle: async ({ id }, { recorder }) => {
    await recorder.reconnect(id);
    return undefined;
  },
});
