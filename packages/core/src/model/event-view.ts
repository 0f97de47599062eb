// An event as clients see it, from its row. The one place where the two shapes meet.
import type { RecorderEvent } from '@nightjar/client';
import type { EventCause, EventRecord } from './event.ts';
import { isoTime } from './time.ts';

/**
 * The event in the shape of the API.
 *
 * @param cameraName - As people see it; the camera may be gone, then its id.
 * @returns `undefined` for events that are being deleted: clients do not see them any more.
 */
export function viewEvent(event: EventRecord, cameraName: string): RecorderEvent | undefined {
  if (event.state === 'deleting') return undefined;
  const base = `/api/v1/events/${event.id}`;
  return {
    id: event.id,
    cameraId: event.cameraId,
    cameraName,
    serverId: event.serverId,
    name: event.name,
    cause: mainCause(event).kind,
    armed: event.armed,
    causes: event.causes,
    state: event.state,
    start: isoTime(event.startMs),
    ...(event.state === 'open' ? {} : { end: isoTime(event.endMs) }),
    durationMs: event.endMs - event.startMs,
    score: { max: event.maxScore, avg: averageScore(event), total: event.totalScore },
    frames: event.frames,
    alarmFrames: event.alarmFrames,
    zones: zonesOf(event.causes),
    notes: event.notes,
    tags: event.tags,
    protected: event.protected,
    recovered: event.recovered,
    sizeBytes: event.sizeBytes,
    video: { codec: event.videoCodec, width: event.width, height: event.height, url: `${base}/video.mp4` },
    urls: { snapshot: `${base}/snapshot.jpg`, alarm: `${base}/alarm.jpg` },
    has: { snapshot: event.hasSnapshot, alarm: event.hasAlarmPicture, clip: event.state === 'ready' },
  };
}

/** The first cause. Every event has one; a row that lost its own was recorded for no reason that is known. */
const mainCause = (event: EventRecord): EventCause => event.causes[0] ?? { kind: 'continuous' };

/** ZoneMinder's average: over the frames that alarmed, rounded down. */
const averageScore = (event: EventRecord): number => (event.alarmFrames === 0 ? 0 : Math.floor(event.totalScore / event.alarmFrames));

/** Every zone that moved, in order of arrival. */
const zonesOf = (causes: readonly EventCause[]): readonly string[] => [...new Set(causes.flatMap((cause) => (cause.kind === 'motion' ? cause.zones : [])))];
