// Rows about exports, so that they outlive a restart.
import type { ExportRecord } from '../model/export.ts';
import type { ExportId } from '../model/ids.ts';

/** Exports by id. Every method rejects with `RecorderError` `DATABASE_BUSY` or `DATABASE_FAILED`. */
export interface ExportStore {
  /** Keeps a new one under an id that no other export ever had. What was written survives a power cut. */
  add(facts: Omit<ExportRecord, 'id'>): Promise<ExportRecord>;
  /** Replaces what is kept of it; of one that was deleted nothing is. What was written survives a power cut. */
  update(record: ExportRecord): Promise<void>;
  /** All of them, oldest first. */
  list(): Promise<readonly ExportRecord[]>;
  delete(id: ExportId): Promise<void>;
}
