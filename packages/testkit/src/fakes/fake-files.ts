// Files of events and spans in memory, and what a timeline says of them.
import type { MediaFile, RecorderEvent, Timeline, TimeSpan } from '@nightjar/client';

const BYTES_PER_EVENT = 10_000;
const PIECE = 1500;

/** The bytes of an event's video: no video, but other bytes for every event. */
export const fakeVideoBytes = (event: Pick<RecorderEvent, 'id'>): Uint8Array =>
  Uint8Array.from({ length: BYTES_PER_EVENT }, (_, at) => (at * 7 + event.id) & 255);

/** A file of the videos of some events, one after the other. */
export function fakeFile(events: readonly RecorderEvent[]): MediaFile {
  const bytes = Uint8Array.from(events.flatMap((event) => [...fakeVideoBytes(event)]));
  return {
    contentType: 'video/mp4',
    sizeBytes: bytes.length,
    etag: `"${events.map(({ id }) => id).join('-')}"`,
    start: events[0]?.start ?? '',
    read: async function* (start, end) {
      for (let at = start; at < end; at += PIECE) yield bytes.slice(at, Math.min(end, at + PIECE));
    },
  };
}

/** Whether anything of an event lies within a span. */
export const isWithin = (event: RecorderEvent, { from, to }: TimeSpan): boolean => (event.end ?? event.start) > from && event.start < to;

/** What there is of a camera's events in a span, oldest first. */
export function fakeTimeline(cameraId: string, span: TimeSpan, events: readonly RecorderEvent[]): Timeline {
  const within = events.filter((event) => isWithin(event, span));
  const spans = within.map((event, index) => ({ from: event.start, to: event.end ?? event.start, mediaSeconds: index }));
  return {
    cameraId,
    ...span,
    spans,
    events: within.map(({ id, cause, score, state, start, end }) => ({ id, cause, maxScore: score.max, state, from: start, to: end ?? start })),
    gaps: [],
    truncated: false,
  };
}
