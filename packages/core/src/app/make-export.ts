// Makes the file of one export: chooses its recordings anew, looks whether there is room, and writes it.
import { join } from 'node:path';
import type { EvidenceManifest } from '../archive/evidence-manifest.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { ExportedFile, ExportRecord } from '../model/export.ts';
import type { EventId } from '../model/ids.ts';
import { wallMs } from '../model/time.ts';
import { floorBytes } from '../storage/area.ts';
import type { AreaWatch } from './area-watch.ts';
import { chooseRecordings, type RecordingLookup } from './choose-recordings.ts';
import type { Environment } from './environment.ts';
import { type exportRecordings, MANIFEST_SUFFIX } from './export-recordings.ts';
import { type ExportProgress, exportFileName, progressOf, wishOf } from './export-view.ts';
import { patiently } from './patiently.ts';

/** What making needs. */
export interface ExportMaking {
  readonly env: Pick<Environment, 'clock' | 'exportFiles' | 'videos' | 'files' | 'gaps'>;
  readonly lookup: RecordingLookup;
  readonly areas: Pick<AreaWatch, 'all'>;
  readonly writtenBy: EvidenceManifest['writtenBy'];
  readonly write: typeof exportRecordings;
  /** Bytes of all exports together; null: no limit. */
  readonly maxSize: number | null;
  /** Lets older exports go until a file of that size fits. */
  makeRoom(sizeBytes: number): Promise<void>;
  onProgress(progress: ExportProgress): void;
  readonly signal: AbortSignal;
}

/** What becomes known of an export by making it. */
export type MadeExport = Pick<ExportRecord, 'events' | 'fromMs' | 'toMs'> & { readonly file: ExportedFile };

/** @throws RecorderError Why it cannot be made; what was written so far is for the caller to remove. */
export async function makeExport(record: ExportRecord, making: ExportMaking): Promise<MadeExport> {
  const { env, lookup, signal, onProgress, write, writtenBy } = making;
  const { cameraId: _, ...chosen } = await patiently(env.clock, () => chooseRecordings(lookup, wishOf(record)));
  const folder = await env.exportFiles.prepare(record.id);
  const firstMs = chosen.events[0]?.row.startMs ?? record.fromMs;
  const name = exportFileName(record.cameraId, wallMs(Math.max(record.isSpan ? record.fromMs : firstMs, firstMs)));
  try {
    const { file, video, events, gaps, from, to } = await write({
      videos: env.videos,
      files: env.files,
      ...chosen,
      gaps: (fromMs, toMs) => patiently(env.clock, () => env.gaps.list(record.cameraId, fromMs, toMs)),
      camera: { id: record.cameraId, name: record.cameraName },
      writtenBy,
      now: env.clock.wall(),
      out: join(folder, name),
      manifest: join(folder, `${name}${MANIFEST_SUFFIX}`),
      overwrite: true,
      withPictures: false,
      signal,
      approve: async ({ sizeBytes, eventIds }) => {
        await requireAll(record, eventIds, lookup);
        await requireRoom(sizeBytes, making);
      },
      onProgress: (step, done, total) => onProgress(progressOf(step, done, total)),
    });
    return {
      events: [...new Set(events.map(({ id }) => id))],
      fromMs: wallMs(Date.parse(from)),
      toMs: wallMs(Date.parse(to)),
      file: { name, sizeBytes: file.sizeBytes, sha256: file.sha256, durationSeconds: video.durationSeconds, frames: video.frames, gaps: gaps.length },
    };
  } catch (error) {
    const failure = RecorderError.of(error);
    if (failure === undefined) throw error;
    // Where files lie is nothing that whoever asked for one learns.
    throw new RecorderError(failure.code, failure.message.replaceAll(`${folder}/`, ''), { cause: error });
  }
}

/** A file without an event that was asked for would say that nothing happened then. */
async function requireAll({ events, isSpan }: ExportRecord, found: ReadonlySet<EventId>, { find }: RecordingLookup): Promise<void> {
  for (const id of events) {
    if (found.has(id)) continue;
    const row = await find(id);
    if (row === undefined || row.state === 'deleting') throw new RecorderError('VIDEO_GONE', `event ${id} was deleted before it was written`);
    if (!isSpan) throw new RecorderError('NOTHING_RECORDED', `event ${id} holds no video`);
  }
}

async function requireRoom(sizeBytes: number, { env, areas, maxSize, makeRoom }: ExportMaking): Promise<void> {
  if (maxSize !== null && sizeBytes > maxSize)
    throw new RecorderError('EXPORT_TOO_LARGE', `the file takes ${inUnits(sizeBytes)}, and all exports together may take ${inUnits(maxSize)}`);
  await makeRoom(sizeBytes);
  const { freeBytes, totalBytes } = await env.exportFiles.space();
  for (const { area } of areas.all) {
    if (!(await env.exportFiles.sharesDisk(area.path))) continue;
    // Below the floor retention would delete events, for a copy of others.
    const spareBytes = Math.max(0, freeBytes - floorBytes(area.minFree, totalBytes));
    if (sizeBytes > spareBytes)
      throw new RecorderError(
        'DISK_FULL',
        `the file takes ${inUnits(sizeBytes)}, and its disk has ${inUnits(spareBytes)} beyond what storage area ${area.id} keeps free`,
      );
  }
}

const inUnits = (bytes: number): string => (bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);
