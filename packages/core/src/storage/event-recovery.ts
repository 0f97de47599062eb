// Makes a whole event of what a crash left: the file says how far it got, the record everything else.
import type { EventRecord } from '../model/event.ts';
import { wallMs } from '../model/time.ts';
import type { EventFiles, VideoFacts } from '../ports/event-files.ts';
import { videoPath } from './path-scheme.ts';

/** The record with what its file says: end, frames, size, codec, picture size. */
export const withFacts = (event: EventRecord, facts: VideoFacts): EventRecord => ({
  ...event,
  endMs: wallMs(event.startMs + Math.round(facts.durationMs)),
  frames: facts.frames,
  sizeBytes: facts.sizeBytes,
  videoCodec: facts.codec,
  width: facts.width,
  height: facts.height,
});

/** The record that knows more of two of the same event; what a person may have edited comes from the row. */
export const mergeRecords = (row: EventRecord | undefined, other: EventRecord | undefined): EventRecord | undefined => {
  if (!row || !other) return row ?? other;
  if (row.endMs >= other.endMs) return row;
  return { ...other, name: row.name, notes: row.notes, tags: row.tags, protected: row.protected };
};

/**
 * Repairs an event's video and completes its record as `ready` and `recovered`; the row is the caller's to write.
 *
 * @returns `undefined` where nothing plays.
 * @throws RecorderError `DISK_FULL`, `DISK_FAILED`.
 */
export const recoverEvent = async (files: Pick<EventFiles, 'repair'>, root: string, event: EventRecord): Promise<EventRecord | undefined> => {
  const facts = await files.repair(videoPath(root, event.directory, event.id));
  if (!facts || facts.frames === 0) return undefined;
  return {
    ...withFacts(mergeRecords(event, facts.identity) ?? event, facts),
    directory: event.directory,
    areaId: event.areaId,
    state: 'ready',
    recovered: true,
  };
};
