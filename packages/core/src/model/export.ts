// An export: footage that was asked for as one file, and what became of that.
import type { CameraId, EventId, ExportId } from './ids.ts';
import type { WallMs } from './time.ts';

/** `queued` → `running` → one of the others, and from there nowhere. */
export type ExportState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** What an exported file is. */
export interface ExportedFile {
  /** Plain ASCII, for people who keep it. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly durationSeconds: number;
  readonly frames: number;
  /** Within it, of what should have been recorded. */
  readonly gaps: number;
}

/** An export as it is kept. */
export interface ExportRecord {
  readonly id: ExportId;
  readonly name: string;
  readonly cameraId: CameraId;
  /** As it was when the export was asked for. */
  readonly cameraName: string;
  readonly state: ExportState;
  /** Whether a span of the camera was asked for; else the events as a whole. */
  readonly isSpan: boolean;
  /** By start. Of a span, those that were there when it was asked for; once done, those in the file. */
  readonly events: readonly EventId[];
  /** What was asked for; once done, what is in the file. */
  readonly fromMs: WallMs;
  readonly toMs: WallMs;
  readonly createdMs: WallMs;
  readonly createdBy: string;
  readonly finishedMs?: WallMs;
  /** Once it is done. */
  readonly file?: ExportedFile;
  /** Once it has failed; `code` is one of the catalogue. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Whether nothing more will come of it. */
export const isFinished = ({ state }: Pick<ExportRecord, 'state'>): boolean => state !== 'queued' && state !== 'running';
