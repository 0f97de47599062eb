// Cameras: what there is and how it is, and adding, changing, trying out and removing them.
import type { Camera } from '@nightjar/client';
import * as Type from 'typebox';
import { authorize, visibleCameras } from '../../auth/authorize.ts';
import { expectation } from '../../config/expectation.ts';
import { cameraSchema as cameraSettings } from '../../config/schema/camera.ts';
import { asNode } from '../../config/schema/field.ts';
import { isEnough, type Principal } from '../../model/permission.ts';
import { orNull } from '../by-hand.ts';
import { operation } from '../operation.ts';
import { cameraId, cameraSchema } from '../schemas.ts';

/** `GET /cameras`. */
export const listCameras = operation({
  id: 'listCameras',
  tag: 'cameras',
  summary: 'Every camera that you may see, with its state; with its settings, where you may change them.',
  method: 'GET',
  path: '/cameras',
  input: Type.Object({}, { additionalProperties: false }),
  output: { kind: 'json', schema: Type.Array(cameraSchema) },
  requires: { area: 'monitors', access: 'view' },
  handle: async (_input, { recorder, principal }) => {
    const visible = principal && visibleCameras(principal);
    const cameras = await recorder.cameras();
    return cameras.filter(({ id }) => visible === undefined || visible.includes(id)).map((camera) => seenBy(principal, camera));
  },
});

/** `GET /cameras/{id}`. */
export const getCamera = operation({
  id: 'getCamera',
  tag: 'cameras',
  summary: 'One camera, with its state; with its settings, where you may change them.',
  method: 'GET',
  path: '/cameras/{id}',
  input: Type.Object({ id: cameraId }, { additionalProperties: false }),
  output: { kind: 'json', schema: cameraSchema },
  requires: { area: 'monitors', access: 'view' },
  about: 'camera',
  errors: ['CAMERA_NOT_FOUND'],
  handle: async ({ id }, { recorder, principal }) => seenBy(principal, await recorder.camera(id)),
});

/** `POST /cameras`. */
export const createCamera = operation({
  id: 'createCamera',
  tag: 'cameras',
  summary:
    'Adds a camera, with the settings of `cameras[]` in nightjar.yaml; it is recorded at once. Texts are taken as they are: `${NAME}` is looked up in the file only.',
  method: 'POST',
  path: '/cameras',
  input: Type.Object(settingFields(), { additionalProperties: true, examples: [{ id: 'porch', source: 'rtsp://192.0.2.10/main' }] }),
  output: { kind: 'json', schema: cameraSchema, status: 201 },
  requires: { area: 'monitors', access: 'edit' },
  // Somebody limited to some cameras could neither see nor remove the new one.
  concernsAll: true,
  errors: ['CAMERA_INVALID', 'CAMERA_EXISTS', 'DATABASE_BUSY', 'DATABASE_FAILED'],
  handle: (input, context) => {
    const { recorder, principal } = context;
    requireSources(principal, 'createCamera', input);
    return recorder.createCamera(input as Parameters<typeof recorder.createCamera>[0]);
  },
});

/** `PATCH /cameras/{id}`. */
export const updateCamera = operation({
  id: 'updateCamera',
  tag: 'cameras',
  summary:
    'Changes settings of a camera by a JSON merge patch: mappings key by key, lists (zones) as a whole, null goes back to the default. A password written `***` stays while scheme, host and port do.',
  method: 'PATCH',
  path: '/cameras/{id}',
  input: Type.Object({ ...settingFields(), id: cameraId }, { additionalProperties: true, examples: [{ postRollSeconds: 10 }] }),
  output: { kind: 'json', schema: cameraSchema },
  requires: { area: 'monitors', access: 'edit' },
  about: 'camera',
  errors: ['CAMERA_NOT_FOUND', 'CAMERA_INVALID', 'CAMERA_PROVISIONED', 'DATABASE_BUSY', 'DATABASE_FAILED'],
  handle: ({ id, ...changes }, context) => {
    requireSources(context.principal, 'updateCamera', changes);
    return context.recorder.updateCamera(id, changes);
  },
});

/** `DELETE /cameras/{id}`. */
export const deleteCamera = operation({
  id: 'deleteCamera',
  tag: 'cameras',
  summary: 'Removes a camera. What is recorded of it stays as long as any other event.',
  method: 'DELETE',
  path: '/cameras/{id}',
  input: Type.Object({ id: cameraId }, { additionalProperties: false }),
  output: { kind: 'nothing' },
  requires: { area: 'monitors', access: 'edit' },
  about: 'camera',
  errors: ['CAMERA_NOT_FOUND', 'CAMERA_PROVISIONED', 'DATABASE_BUSY', 'DATABASE_FAILED'],
  handle: async ({ id }, { recorder }) => {
    await recorder.deleteCamera(id);
    return undefined;
  },
});

/** `POST /cameras/probe`. */
export const probeCamera = operation({
  id: 'probeCamera',
  tag: 'cameras',
  summary: 'Watches a source for some seconds and says what it is, as `nightjar probe` does.',
  method: 'POST',
  path: '/cameras/probe',
  input: Type.Object(
    {
      source: Type.String({ minLength: 1, maxLength: 2048, examples: ['rtsp://192.0.2.10/main'], description: 'As `source` of a camera, password and all.' }),
      seconds: Type.Optional(Type.Number({ minimum: 1, maximum: 60, description: 'How long it is watched. Default 8.' })),
    },
    { additionalProperties: false },
  ),
  output: {
    kind: 'json',
    schema: Type.Object({
      codec: Type.String(),
      width: Type.Integer(),
      height: Type.Integer(),
      fps: Type.Number(),
      gopSeconds: Type.Number({ description: '0: no second key frame came.' }),
      bitrateKbps: Type.Number(),
      audio: orNull(Type.Object({ codec: Type.String(), sampleRate: Type.Integer(), channels: Type.Integer() })),
      hasBFrames: Type.Boolean(),
      seconds: Type.Number(),
      warnings: Type.Array(Type.String()),
    }),
  },
  requires: { area: 'monitors', access: 'edit' },
  errors: ['PROBE_FAILED', 'TOO_MANY_REQUESTS'],
  handle: ({ source, seconds }, context) => {
    requireSources(context.principal, 'probeCamera', { source });
    return context.recorder.probe(source, context.signal, seconds);
  },
});

/** Settings are for those who may change them. */
function seenBy(principal: Principal | undefined, camera: Camera): Camera {
  if (principal !== undefined && principal.scope === undefined && isEnough(principal.permissions.monitors, 'edit')) return camera;
  const { settings: _settings, ...seen } = camera;
  return seen;
}

/** Files and devices of the recorder's machine are the business of whoever administers it. */
function requireSources(principal: Principal | undefined, id: string, { source, detect }: Readonly<Record<string, unknown>>): void {
  const detectSource = typeof detect === 'object' && detect !== null && 'source' in detect ? detect.source : undefined;
  const isLocal = [source, detectSource].some((text) => typeof text === 'string' && /^(file|v4l2):/i.test(text));
  if (isLocal) authorize(principal, { operation: id, area: 'system', access: 'edit', why: 'a source on the recorder itself (file:, v4l2:)' });
}

/** Every setting described and none checked: the recorder tells all mistakes at once, with the word that was probably meant. */
function settingFields() {
  const { properties = {} } = asNode(cameraSettings);
  return Object.fromEntries(
    Object.entries(properties).map(([key, node]) => {
      const byDefault = node.default === undefined ? '' : ` Default: ${JSON.stringify(node.default)}.`;
      return [key, Type.Optional(Type.Unknown({ title: node.title ?? key, description: `${node.description} Expected: ${expectation(node)}.${byDefault}` }))];
    }),
  );
}
