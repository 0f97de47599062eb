// An export as clients see it, from its record and how far it is.
import type { Export, ExportRequest } from '@nightjar/client';
import { expiryOf } from '../archive/export-shelf-policy.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { ExportRecord } from '../model/export.ts';
import type { CameraId } from '../model/ids.ts';
import { isoTime, type WallMs, wallMs } from '../model/time.ts';
import { parseSpan } from '../streams/parse-span.ts';
import type { RecordingWish } from './choose-recordings.ts';

/** How far a running export is. */
export interface ExportProgress {
  readonly step: NonNullable<Export['step']>;
  /** 0…1 */
  readonly progress: number;
}

/** What each step takes of all, about. */
const SHARE: Readonly<Record<ExportProgress['step'], readonly [from: number, to: number]>> = {
  planning: [0, 0.05],
  writing: [0.05, 0.7],
  hashing: [0.7, 1],
};

/** How far it is, `done` of `total` into a step. */
export function progressOf(step: ExportProgress['step'], done: number, total: number): ExportProgress {
  const [from, to] = SHARE[step];
  const within = total > 0 ? Math.min(1, done / total) : 0;
  return { step, progress: Math.round((from + (to - from) * within) * 1000) / 1000 };
}

/** The export in the shape of the API. */
export function viewExport(record: ExportRecord, keepHours: number, running?: ExportProgress): Export {
  const { id, name, cameraId, cameraName, state, events, fromMs, toMs, createdMs, createdBy, finishedMs, file, error } = record;
  const url = `/api/v1/exports/${id}`;
  return {
    id,
    name,
    cameraId,
    cameraName,
    state,
    ...(state === 'running' && running !== undefined ? running : { progress: state === 'done' ? 1 : 0 }),
    from: isoTime(fromMs),
    to: isoTime(toMs),
    events,
    createdAt: isoTime(createdMs),
    createdBy,
    ...(finishedMs === undefined ? {} : { finishedAt: isoTime(finishedMs), expiresAt: isoTime(wallMs(expiryOf(finishedMs, keepHours))) }),
    ...(file === undefined ? {} : shownFile(file)),
    ...(state === 'done' ? { urls: { video: `${url}/video.mp4`, manifest: `${url}/manifest.json` } } : {}),
    ...(error === undefined ? {} : { error }),
  };
}

const shownFile = ({ sizeBytes, sha256, durationSeconds, frames, gaps }: NonNullable<ExportRecord['file']>) => ({
  sizeBytes,
  sha256,
  durationSeconds,
  frames,
  gaps,
});

/** What a client asks for. @throws RecorderError `INPUT_INVALID` where it is neither events nor a span of a camera. */
export function readWish({ events, camera, from, to }: ExportRequest): RecordingWish {
  const isSpan = camera !== undefined && from !== undefined && to !== undefined;
  const isMixed = events !== undefined && (camera !== undefined || from !== undefined || to !== undefined);
  if (isMixed || (events === undefined && !isSpan) || events?.length === 0)
    throw new RecorderError('INPUT_INVALID', 'an export takes either `events` (ids of one camera), or `camera` with `from` and `to`');
  return isSpan ? { cameraId: camera, ...parseSpan({ from, to }) } : { ids: events ?? [] };
}

/** What was asked for, once it is kept. */
export const wishOf = ({ isSpan, cameraId, fromMs, toMs, events }: ExportRecord): RecordingWish => (isSpan ? { cameraId, fromMs, toMs } : { ids: events });

/** `porch-2026-11-29T04-00-00Z.mp4`: plain ASCII, and sorted by time. */
export const exportFileName = (cameraId: CameraId, fromMs: WallMs): string => `${cameraId}-${secondOf(fromMs).replaceAll(':', '-')}.mp4`;

/** What an export is called that nobody gave a name. */
export const exportName = (cameraName: string, fromMs: WallMs): string => `${cameraName}, ${secondOf(fromMs)}`;

const secondOf = (time: WallMs): string => isoTime(time).replace(/\.\d+Z$/, 'Z');
