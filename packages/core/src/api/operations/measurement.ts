// What is measured, for people and monitoring systems: figures, recorders, storage.
import * as Type from 'typebox';
import { operation } from '../operation.ts';
import { nothing, time } from '../schemas.ts';

/** `GET /metrics`. */
export const getMetrics = operation({
  id: 'getMetrics',
  tag: 'system',
  summary: 'Figures of the recorder and its cameras as text for Prometheus (version 0.0.4).',
  method: 'GET',
  path: '/metrics',
  input: nothing,
  output: { kind: 'text' },
  requires: { area: 'system', access: 'view' },
  concernsAll: true,
  handle: (_input, { recorder }) => recorder.metrics(),
});

/** `GET /servers`. */
export const listServers = operation({
  id: 'listServers',
  tag: 'system',
  summary: 'The recorders of this installation, and how they are.',
  method: 'GET',
  path: '/servers',
  input: nothing,
  output: {
    kind: 'json',
    schema: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        version: Type.String(),
        api: Type.String({ description: 'Base URL of its HTTP API.' }),
        startedAt: time,
        status: Type.Enum(['ok', 'degraded', 'failing']),
      }),
    ),
  },
  requires: { area: 'system', access: 'view' },
  handle: (_input, { recorder }) => recorder.servers(),
});

/** `GET /storage`. */
export const listStorage = operation({
  id: 'listStorage',
  tag: 'system',
  summary: 'The storage areas: whether they can be written to, how much room they have, and what is kept there.',
  method: 'GET',
  path: '/storage',
  input: nothing,
  output: {
    kind: 'json',
    schema: Type.Array(
      Type.Object({
        id: Type.String(),
        path: Type.String({ description: 'Where it is on the machine of the recorder.' }),
        scheme: Type.Enum(['deep', 'medium', 'shallow']),
        usable: Type.Boolean({ description: 'Whether it can be written to now.' }),
        problem: Type.Optional(Type.String({ description: 'Why not.' })),
        totalBytes: Type.Integer({ description: 'Size of the disk; 0 while it is away.', minimum: 0 }),
        freeBytes: Type.Integer({ description: 'Free on the disk; 0 while it is away.', minimum: 0 }),
        events: Type.Integer({ description: 'Events kept there.', minimum: 0 }),
        eventBytes: Type.Integer({ description: 'What they take.', minimum: 0 }),
      }),
    ),
  },
  requires: { area: 'system', access: 'view' },
  errors: ['DATABASE_BUSY', 'DATABASE_FAILED'],
  handle: (_input, { recorder }) => recorder.storage(),
});
