// An event row as clients see it.
import type { RecorderEvent } from '@nightjar/client';
import type { EventRecord } from '../model/event.ts';
import { isoTime } from '../model/time.ts';

/** Zones of all motion causes, each once, in order of first alarm. */
const zonesOf = (event: EventRecord): readonly string[] => [...new Set(event.causes.flatMap((cause) => (cause.kind === 'motion' ? cause.zones : [])))];

/** The contract's event object. `cameraName` is the display name now. */
export function toRecorderEvent(event: EventRecord, cameraName: string): RecorderEvent {
  const base = `/api/v1/events/${event.id}`;
  const done = event.state === 'ready';
  return {
    id: event.id,
    cameraId: event.cameraId,
    cameraName,
    serverId: event.serverId,
    name: event.name,
    cause: event.causes[0]?.kind ?? 'continuous',
    causes: event.causes,
    state: event.state === 'deleting' ? 'closed' : event.state,
    start: isoTime(event.startMs),
    ...(event.state === 'open' ? {} : { end: isoTime(event.endMs) }),
    durationMs: event.endMs - event.startMs,
    score: { max: event.maxScore, avg: event.alarmFrames === 0 ? 0 : Math.floor(event.totalScore / event.alarmFrames), total: event.totalScore },
    frames: event.frames,
    alarmFrames: event.alarmFrames,
    zones: zonesOf(event),
    notes: event.notes,
    tags: event.tags,
    protected: event.protected,
    recovered: event.recovered,
    sizeBytes: event.sizeBytes,
    video: { codec: event.videoCodec, width: event.width, height: event.height, url: `${base}/video.mp4` },
    urls: { snapshot: `${base}/snapshot.jpg`, alarm: `${base}/alarm.jpg` },
    has: { snapshot: event.hasSnapshot, alarm: event.hasAlarmPicture, clip: done },
  };
}
