// Exports: files that are made once, with a manifest that proves what they show.
import * as Type from 'typebox';
import { withinLimits } from '../../auth/authorize.ts';
import { exportFilterSchema, exportId, exportListSchema, exportRequestSchema, exportSchema } from '../export-schemas.ts';
import { type Operation, operation } from '../operation.ts';

const VIEW = { area: 'events', access: 'view' } as const;
/** It fills the recorder's disk. */
const EDIT = { area: 'events', access: 'edit' } as const;
const only = Type.Object({ id: exportId }, { additionalProperties: false });

/** `POST /exports`. */
export const createExport = operation({
  id: 'createExport',
  tag: 'exports',
  summary:
    'Begin to make one file of events of a camera, or of a span of it, with nothing encoded again. `export.changed` of the change feed tells how far it is.',
  method: 'POST',
  path: '/exports',
  input: exportRequestSchema,
  output: { kind: 'json', schema: exportSchema, status: 202 },
  requires: EDIT,
  about: 'recordings',
  errors: ['CAMERA_NOT_FOUND', 'EVENT_NOT_FOUND', 'NOTHING_RECORDED', 'AREA_MISSING', 'EXPORTS_FULL'],
  handle: (request, { recorder, principal }) => recorder.createExport(request, principal?.name),
});

/** `GET /exports`. */
export const listExports = operation({
  id: 'listExports',
  tag: 'exports',
  summary: 'Exports of the cameras you may see, newest first.',
  method: 'GET',
  path: '/exports',
  input: exportFilterSchema,
  output: { kind: 'json', schema: exportListSchema },
  requires: VIEW,
  handle: (filter, { recorder, principal }) => recorder.exports(withinLimits(principal, filter)),
});

/** `GET /exports/{id}`. */
export const getExport = operation({
  id: 'getExport',
  tag: 'exports',
  summary: 'One export: how far it is, or what became of it.',
  method: 'GET',
  path: '/exports/{id}',
  input: only,
  output: { kind: 'json', schema: exportSchema },
  requires: VIEW,
  about: 'export',
  handle: ({ id }, { recorder }) => recorder.export(id),
});

/** `DELETE /exports/{id}`. */
export const deleteExport = operation({
  id: 'deleteExport',
  tag: 'exports',
  summary: 'Remove an export with its files; one that waits or runs is cancelled.',
  method: 'DELETE',
  path: '/exports/{id}',
  input: only,
  output: { kind: 'nothing' },
  requires: EDIT,
  about: 'export',
  handle: async ({ id }, { recorder }) => {
    await recorder.deleteExport(id);
    return undefined;
  },
});

/** `GET /exports/{id}/video.mp4`. */
export const getExportVideo = operation({
  id: 'getExportVideo',
  tag: 'exports',
  summary: 'The file of an export, with byte ranges, under a name for whoever keeps it.',
  method: 'GET',
  path: '/exports/{id}/video.mp4',
  input: only,
  output: { kind: 'file' },
  requires: VIEW,
  about: 'export',
  takesMediaToken: true,
  errors: ['NOT_READY', 'EXPORT_FAILED', 'VIDEO_GONE', 'DISK_FAILED'],
  handle: ({ id }, { recorder }) => recorder.exportVideo(id),
});

/** `GET /exports/{id}/manifest.json`. */
export const getExportManifest = operation({
  id: 'getExportManifest',
  tag: 'exports',
  summary: 'The evidence manifest of an export: events, gaps and hashes of every fragment. `nightjar verify` compares a file with it.',
  method: 'GET',
  path: '/exports/{id}/manifest.json',
  input: only,
  output: { kind: 'file', contentType: 'application/json' },
  requires: VIEW,
  about: 'export',
  takesMediaToken: true,
  errors: ['NOT_READY', 'EXPORT_FAILED', 'VIDEO_GONE', 'DISK_FAILED'],
  handle: ({ id }, { recorder }) => recorder.exportManifest(id),
});

/** All of them. */
export const EXPORT_OPERATIONS: readonly Operation[] = [createExport, listExports, getExport, deleteExport, getExportVideo, getExportManifest];
