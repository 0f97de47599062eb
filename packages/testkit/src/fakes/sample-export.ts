// An export to test with.
import { type ExportRecord, wallMs } from '@nightjar/core';

const START_MS = Date.UTC(2026, 10, 22, 12);

/** Event 1 of the porch, as it waits. */
export const sampleExport = (changes: Partial<Omit<ExportRecord, 'id'>> = {}): Omit<ExportRecord, 'id'> => ({
  name: 'Front porch',
  cameraId: 'porch',
  cameraName: 'Front porch',
  state: 'queued',
  isSpan: false,
  events: [1],
  fromMs: wallMs(START_MS),
  toMs: wallMs(START_MS + 10_000),
  createdMs: wallMs(START_MS + 60_000),
  createdBy: 'ann',
  ...changes,
});
