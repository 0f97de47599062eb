// Controls: what people switch while the recorder runs.
import * as Type from 'typebox';
import { optional } from '../by-hand.ts';
import { operation } from '../operation.ts';
import { cameraControls, cameraId, cameraSchema, nothing } from '../schemas.ts';

const recorderControls = Type.Object(
  { armed: Type.Boolean({ description: 'false: nothing any camera sees is worth an alarm. It is recorded all the same.' }) },
  { additionalProperties: false },
);

/** `PATCH /cameras/{id}/controls`. */
export const setCameraControls = operation({
  id: 'setCameraControls',
  tag: 'control',
  summary:
    'Switches something of a camera, also of one of the configuration file: armed, detection, recording, privacy. It survives a restart. What is not given stays.',
  method: 'PATCH',
  path: '/cameras/{id}/controls',
  input: Type.Object({ id: cameraId, ...optional(cameraControls.properties) }, { additionalProperties: false, examples: [{ armed: false }] }),
  output: { kind: 'json', schema: cameraSchema },
  requires: { area: 'control', access: 'edit' },
  about: 'camera',
  errors: ['CAMERA_NOT_FOUND', 'DATABASE_BUSY', 'DATABASE_FAILED'],
  handle: async ({ id, ...changes }, { recorder }) => {
    const { settings: _settings, ...camera } = await recorder.setCameraControls(id, changes);
    return camera;
  },
});

/** `GET /controls`. */
export const getControls = operation({
  id: 'getControls',
  tag: 'control',
  summary: 'What is switched of the whole recorder.',
  method: 'GET',
  path: '/controls',
  input: nothing,
  output: { kind: 'json', schema: recorderControls },
  requires: { area: 'control', access: 'view' },
  handle: (_input, { recorder }) => recorder.controls(),
});

/** `PATCH /controls`. */
export const setControls = operation({
  id: 'setControls',
  tag: 'control',
  summary: 'Switches something of the whole recorder. It survives a restart.',
  method: 'PATCH',
  path: '/controls',
  input: Type.Object(optional(recorderControls.properties), { additionalProperties: false, examples: [{ armed: true }] }),
  output: { kind: 'json', schema: recorderControls },
  requires: { area: 'control', access: 'edit' },
  // Somebody limited to some cameras would switch what all of them mean.
  concernsAll: true,
  errors: ['DATABASE_BUSY', 'DATABASE_FAILED'],
  handle: (changes, { recorder }) => recorder.setControls(changes),
});
