// Every figure the recorder offers to monitoring systems, by the rules of Prometheus: base units, `_total` for what only grows. Names
// stay as they are once they were released. docs/reference/metrics.md is made from this list.
import type { MetricFamily } from '../util/metrics-register.ts';

const family = (name: string, type: MetricFamily['type'], help: string, ...labels: readonly string[]): MetricFamily => ({
  name: `nightjar_${name}`,
  type,
  help,
  labels,
});
const camera = (name: string, type: MetricFamily['type'], help: string, ...labels: readonly string[]): MetricFamily =>
  family(`camera_${name}`, type, help, 'camera', ...labels);

/** Seconds within which things of an event should happen. */
const EVENT_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Seconds within which a request is answered. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** In the order of the page. */
export const METRICS = {
  buildInfo: family('build_info', 'gauge', 'Always 1; the labels say what runs.', 'version', 'node', 'server'),
  startTime: family('start_time_seconds', 'gauge', 'When the recorder started, in seconds since 1970.'),
  uptime: family('uptime_seconds', 'gauge', 'Seconds since the recorder started.'),
  health: family('health_status', 'gauge', '1 for the status the recorder has: ok, degraded or failing; 0 for the others.', 'status'),
  alerts: family('alerts', 'gauge', 'Alerts that are open, by level: warning or error.', 'level'),

  cameraOnline: camera('online', 'gauge', '1 while the camera delivers.'),
  cameraReceivedFrames: camera('received_frames_total', 'counter', 'Video frames received.'),
  cameraReceivedBytes: camera('received_bytes_total', 'counter', 'Bytes of video and sound received.'),
  cameraFrameRate: camera('frames_per_second', 'gauge', 'Video frames a second, over the newest 5 seconds; 0 while it does not deliver.'),
  cameraBitrate: camera('bits_per_second', 'gauge', 'Bits of video a second, over the newest 5 seconds; 0 while it does not deliver.'),
  cameraReconnects: camera('reconnects_total', 'counter', 'Connections beyond the first.'),
  cameraClockJumps: camera('clock_jumps_total', 'counter', "Times the camera's own clock jumped."),
  cameraPreRollBytes: camera('preroll_bytes', 'gauge', 'Bytes of the past held in memory.'),
  cameraPreRollDropped: camera('preroll_dropped_gops_total', 'counter', 'Groups of pictures that `preRollMaxMiB` cost the pre-roll.'),

  cameraMotion: camera('motion', 'gauge', '1 while something moves, or did within the post-roll.'),
  cameraScore: camera('motion_score', 'gauge', 'Score of the newest analysed frame, 0…100.'),
  cameraDecoded: camera('analysis_decoded_frames_total', 'counter', 'Frames decoded for motion analysis.'),
  cameraAnalyzed: camera('analysis_frames_total', 'counter', 'Frames that motion analysis looked at.'),
  cameraPending: camera('analysis_pending_packets', 'gauge', 'Packets that wait to be decoded for motion analysis.'),
  cameraAnalysisDropped: camera('analysis_dropped_packets_total', 'counter', 'Packets that motion analysis was too slow for.'),
  analysisDelay: {
    ...family('analysis_delay_seconds', 'histogram', 'From the capture of an analysed frame to its verdict.'),
    buckets: EVENT_SECONDS,
  },

  cameraRecording: camera('recording', 'gauge', '1 while footage is written.'),
  cameraRecordedFrames: camera('recorded_frames_total', 'counter', 'Video frames written to event files.'),
  cameraRecordedBytes: camera('recorded_bytes_total', 'counter', 'Bytes of video and sound written to event files.'),
  cameraQueued: camera('write_queue_bytes', 'gauge', 'Bytes that wait for the disk.'),
  cameraLostFrames: camera('lost_frames_total', 'counter', 'Frames that were received and not written, by the reason in the gap ledger.', 'reason'),
  cameraGaps: camera('gaps_total', 'counter', 'Spans that should have been recorded and were not, by reason.', 'reason'),
  cameraGapSeconds: camera('gap_seconds_total', 'counter', 'Length of these spans, by reason.', 'reason'),
  cameraForced: camera('forced', 'gauge', '1 for what triggers force on the camera now: on or off.', 'state'),

  cameraEventsOpened: camera('events_opened_total', 'counter', 'Events opened, by their first cause.', 'cause'),
  cameraEventsClosed: camera('events_closed_total', 'counter', 'Events closed, by their first cause.', 'cause'),
  eventLatency: {
    ...family(
      'event_latency_seconds',
      'histogram',
      'How long events take: alarm_to_opened (the alarm is known → others hear of the event), placed_to_stored (it has its place → its first fragment is on disk), closed_to_ready (its file is whole → clip and pictures can be fetched), captured_to_announced (capture of the alarmed frame → others hear of the event).',
      'stage',
    ),
    buckets: EVENT_SECONDS,
  },
  triggers: family('triggers_received_total', 'counter', 'Signals from outside, by action: on, off, cancel, pulse or show.', 'action'),

  cameraSnapshotDecodes: camera('snapshot_decodes_total', 'counter', 'Key frames decoded for snapshots; requests between two of them share one.'),
  cameraPictureDecoders: camera('picture_decoders', 'gauge', 'Decoders that run for snapshots and MJPEG viewers.'),
  cameraViewers: camera('live_viewers', 'gauge', 'Viewers of live video.'),
  cameraEncoders: camera('live_encoders', 'gauge', 'Forms in which viewers get its live streams encoded anew; sound that has the form already counts, too.'),
  cameraSkipped: camera('live_skipped_frames_total', 'counter', 'Frames left out for viewers that read too slowly.'),

  areaUsable: family('area_usable', 'gauge', '1 while the storage area can be written to.', 'area'),
  areaSize: family('area_size_bytes', 'gauge', 'Size of the disk of the storage area; absent while it is away.', 'area'),
  areaFree: family('area_free_bytes', 'gauge', 'Free bytes of that disk.', 'area'),
  areaUsed: family('area_used_bytes', 'gauge', 'Used bytes of that disk, by whatever.', 'area'),

  exportsQueued: family('exports_queued', 'gauge', 'Exports that wait for their turn.'),
  exportsRunning: family('exports_running', 'gauge', '1 while an export is being made.'),
  exportsBytes: family('exports_bytes', 'gauge', 'Bytes of the exports that can be fetched.'),
  exportsEnded: family('exports_ended_total', 'counter', 'Exports that ended, by outcome: done, failed or cancelled.', 'outcome'),

  databaseRows: family('database_waiting_rows', 'gauge', 'Rows of events that are not in the database yet.'),
  databaseGaps: family('database_waiting_gaps', 'gauge', 'Entries of the gap ledger that are not in the database yet.'),
  databaseTrouble: family('database_trouble', 'gauge', '1 while the database does not take rows.'),

  feedReaders: family('change_feed_readers', 'gauge', 'Readers of the change feed.'),
  feedChanges: family('change_feed_changes_total', 'counter', 'Changes published.'),
  feedMissed: family('change_feed_missed_total', 'counter', 'Changes that readers missed because they read too slowly.'),

  httpRequests: family('http_requests_total', 'counter', 'Requests, by operation (none: no such address) and HTTP status.', 'operation', 'status'),
  httpSeconds: {
    ...family('http_request_seconds', 'histogram', 'From a request to the end of its answer, by operation; not of streams and files.', 'operation'),
    buckets: REQUEST_SECONDS,
  },

  cpu: family('cpu_seconds_total', 'counter', 'CPU time of the recorder and the processes it started, user and system.'),
  memory: family('resident_memory_bytes', 'gauge', 'Resident memory of the recorder and the processes it started.'),
  ownCpu: family('own_cpu_seconds_total', 'counter', 'CPU time of the recorder itself.'),
  ownMemory: family('own_resident_memory_bytes', 'gauge', 'Resident memory of the recorder itself.'),
  heap: family('heap_used_bytes', 'gauge', 'Used heap of the JavaScript engine.'),
  processes: family('child_processes', 'gauge', 'Processes the recorder has started and that run.'),
} as const satisfies Readonly<Record<string, MetricFamily>>;
