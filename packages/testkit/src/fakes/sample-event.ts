// An event for tests that care about some of its fields only.
import type { EventRecord } from '@nightjar/core';
import { wallMs } from '@nightjar/core';

/** Start of a sample event: 2026-11-22T12:00:00Z. */
export const SAMPLE_START_MS = Date.UTC(2026, 10, 22, 12);

/** A `ready` motion event of camera `porch`, 10 s long, 1000 bytes; each id starts a minute after the one before. */
export const sampleEvent = (id: number, changes: Partial<EventRecord> = {}): EventRecord => {
  const startMs = changes.startMs ?? wallMs(SAMPLE_START_MS + id * 60_000);
  return {
    id,
    cameraId: 'porch',
    serverId: 'rec1',
    name: `Event-${id}`,
    state: 'ready',
    startMs,
    endMs: wallMs(startMs + 10_000),
    causes: [{ kind: 'motion', zones: ['all'] }],
    armed: true,
    maxScore: 40,
    totalScore: 1200.5,
    frames: 150,
    alarmFrames: 60,
    areaId: 'default',
    scheme: 'shallow',
    directory: `${changes.cameraId ?? 'porch'}/${id}`,
    sizeBytes: 1000,
    videoCodec: 'avc1.64001f',
    width: 1920,
    height: 1080,
    hasSnapshot: true,
    hasAlarmPicture: false,
    notes: '',
    tags: [],
    protected: false,
    recovered: false,
    ...changes,
  };
};
