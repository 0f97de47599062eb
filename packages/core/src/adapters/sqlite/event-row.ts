// An event's row and back.
import type { EventCause, EventRecord } from '../../model/event.ts';
import { wallMs } from '../../model/time.ts';
import type { EventsTable } from './schema.ts';

/** The row that stores `event`. @param classId - Of `SqliteEventClasses`. */
export const rowOfEvent = (event: EventRecord, classId: number | null): EventsTable => ({
  id: event.id,
  camera_id: event.cameraId,
  server_id: event.serverId,
  name: event.name,
  state: event.state,
  // Times may come from arithmetic on media clocks; the tables hold whole milliseconds.
  start_ms: Math.round(event.startMs),
  end_ms: Math.round(event.endMs),
  causes: JSON.stringify(event.causes),
  max_score: event.maxScore,
  total_score: event.totalScore,
  frames: event.frames,
  alarm_frames: event.alarmFrames,
  area_id: event.areaId,
  scheme: event.scheme,
  directory: event.directory,
  size_bytes: event.sizeBytes,
  video_codec: event.videoCodec,
  width: event.width,
  height: event.height,
  has_snapshot: Number(event.hasSnapshot),
  has_alarm_picture: Number(event.hasAlarmPicture),
  notes: event.notes,
  tags: JSON.stringify(event.tags),
  protected: Number(event.protected),
  recovered: Number(event.recovered),
  class_id: classId,
  armed: Number(event.armed),
});

/** The event a row stores. What the table's checks allow is what the model allows. */
export const parseEventRow = (row: EventsTable): EventRecord => ({
  id: row.id,
  cameraId: row.camera_id,
  serverId: row.server_id,
  name: row.name,
  state: row.state as EventRecord['state'],
  startMs: wallMs(row.start_ms),
  endMs: wallMs(row.end_ms),
  causes: JSON.parse(row.causes) as readonly EventCause[],
  armed: row.armed === 1,
  maxScore: row.max_score,
  totalScore: row.total_score,
  frames: row.frames,
  alarmFrames: row.alarm_frames,
  areaId: row.area_id,
  scheme: row.scheme as EventRecord['scheme'],
  directory: row.directory,
  sizeBytes: row.size_bytes,
  videoCodec: row.video_codec,
  width: row.width,
  height: row.height,
  hasSnapshot: row.has_snapshot === 1,
  hasAlarmPicture: row.has_alarm_picture === 1,
  notes: row.notes,
  tags: JSON.parse(row.tags) as readonly string[],
  protected: row.protected === 1,
  recovered: row.recovered === 1,
});
