// Cameras: what there is and how it is.
import * as Type from 'typebox';
import { visibleCameras } from '../../auth/authorize.ts';
import { operation } from '../operation.ts';
import { cameraId, cameraSchema } from '../schemas.ts';

/** `GET /cameras`. */
export const listCameras = operation({
  id: 'listCameras',
  tag: 'cameras',
  summary: 'Every camera that you may see, with its state.',
  method: 'GET',
  path: '/cameras',
  input: Type.Object({}, { additionalProperties: false }),
  output: { kind: 'json', schema: Type.Array(cameraSchema) },
  requires: { area: 'monitors', access: 'view' },
  handle: async (_input, { recorder, principal }) => {
    const visible = principal && visibleCameras(principal);
    const cameras = await recorder.cameras();
    return visible === undefined ? cameras : cameras.filter(({ id }) => visible.includes(id));
  },
});

/** `GET /cameras/{id}`. */
export const getCamera = operation({
  id: 'getCamera',
  tag: 'cameras',
  summary: 'One camera, with its state.',
  method: 'GET',
  path: '/cameras/{id}',
  input: Type.Object({ id: cameraId }, { additionalProperties: false }),
  output: { kind: 'json', schema: cameraSchema },
  requires: { area: 'monitors', access: 'view' },
  about: 'camera',
  errors: ['CAMERA_NOT_FOUND'],
  handle: ({ id }, { recorder }) => recorder.camera(id),
});
