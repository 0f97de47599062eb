// The recorder itself: how it is, what it is, and what can be asked of it.
import type { Health } from '@nightjar/client';
import * as Type from 'typebox';
import { maySee, visibleCameras } from '../../auth/authorize.ts';
import type { Principal } from '../../model/permission.ts';
import { openApiOf } from '../openapi.ts';
import { type Operation, operation } from '../operation.ts';
import { alertSchema, nothing, time } from '../schemas.ts';

const status = Type.Enum(['ok', 'degraded', 'failing'], { description: 'degraded: something needs attention; failing: something is not recorded.' });

const healthSchema = Type.Object(
  {
    status,
    version: Type.Optional(Type.String()),
    uptimeSeconds: Type.Optional(Type.Number()),
    cameras: Type.Optional(Type.Object({ total: Type.Integer(), online: Type.Integer() })),
    problems: Type.Optional(Type.Array(alertSchema)),
  },
  { description: 'Only `status` for whoever is not logged in.' },
);

/** `GET /health`. */
export const getHealth = operation({
  id: 'getHealth',
  tag: 'system',
  summary: 'How the recorder is; with a login also its version, and what is wrong.',
  method: 'GET',
  path: '/health',
  input: nothing,
  output: { kind: 'json', schema: healthSchema },
  requires: 'anybody',
  handle: async (_input, { recorder, principal }) => {
    const health = await recorder.health();
    if (principal === undefined || principal.scope !== undefined) return { status: health.status };
    if (visibleCameras(principal) === undefined) return health;
    const cameras = (await recorder.cameras()).filter(({ id }) => maySee(principal, id));
    const online = cameras.filter(({ state }) => state.status === 'online').length;
    return { ...health, cameras: { total: cameras.length, online }, problems: problemsFor(principal, health) };
  },
});

/** `GET /server`. */
export const getServer = operation({
  id: 'getServer',
  tag: 'system',
  summary: 'What this recorder is: its id, name and version.',
  method: 'GET',
  path: '/server',
  input: nothing,
  output: {
    kind: 'json',
    schema: Type.Object({ id: Type.String(), name: Type.String(), version: Type.String(), api: Type.String(), startedAt: time }),
  },
  requires: 'account',
  handle: (_input, { recorder }) => recorder.server(),
});

/** `GET /stats`. */
export const getStats = operation({
  id: 'getStats',
  tag: 'system',
  summary: 'What the recorder uses of its machine, measured every 30 s.',
  method: 'GET',
  path: '/stats',
  input: nothing,
  output: {
    kind: 'json',
    schema: Type.Object({
      cpuPercent: Type.Number(),
      rssBytes: Type.Number(),
      load1: Type.Number(),
      startedAt: time,
      uptimeSeconds: Type.Number(),
      cameras: Type.Object({ total: Type.Integer(), online: Type.Integer() }),
      disk: Type.Object({
        totalBytes: Type.Number(),
        freeBytes: Type.Number(),
        usedPercent: Type.Number(),
        oldest: Type.Optional(time),
        writeBytesPerSecond: Type.Number(),
      }),
      at: time,
    }),
  },
  requires: { area: 'system', access: 'view' },
  concernsAll: true,
  handle: (_input, { recorder }) => recorder.stats(),
});

/** `GET /openapi.json`, of `operations`, which it is one of. */
export function describeApi(operations: () => readonly Operation[]): Operation {
  let made: { readonly version: string; readonly description: unknown } | undefined;
  return operation({
    id: 'getOpenApi',
    tag: 'system',
    summary: 'This description of the API, as OpenAPI 3.1.',
    method: 'GET',
    path: '/openapi.json',
    input: nothing,
    output: { kind: 'json', schema: Type.Object({ openapi: Type.String() }) },
    requires: 'anybody',
    handle: async (_input, { recorder }) => {
      const { version } = await recorder.server();
      if (made?.version !== version) made = { version, description: openApiOf(operations(), version) };
      return made.description;
    },
  });
}

const problemsFor = (principal: Principal, { problems }: Health): Health['problems'] =>
  problems.filter(({ cameraId }) => cameraId === undefined || maySee(principal, cameraId));
