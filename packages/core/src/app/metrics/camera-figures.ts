// One camera's figures, as its pipeline gives them, in the words of the list.
import type { CameraState } from '../../model/camera.ts';
import { METRICS } from '../../model/metric-list.ts';
import type { Emit } from '../../util/metrics-register.ts';
import type { CameraTally } from './camera-tally.ts';

/** What a pipeline knows of itself when somebody looks. */
export interface PipelineFigures {
  readonly state: CameraState;
  readonly tally: CameraTally;
  readonly preRoll: { readonly bytes: number; readonly droppedGops: number };
  readonly recorder: { readonly frames: number; readonly bytes: number; readonly queuedBytes: number };
  readonly pictures: { readonly snapshotDecodes: number; readonly decoders: number };
  readonly live: { readonly viewers: number; readonly encoders: number; readonly skippedFrames: number };
  /** Absent: nothing is analysed. */
  readonly analysis?: { readonly decoded: number; readonly pending: number; readonly dropped: number };
}

/** Hands over every figure of a camera. */
export function emitCamera(emit: Emit, id: string, figures: PipelineFigures): void {
  const { state, tally, preRoll, recorder, pictures, live } = figures;
  emit(METRICS.cameraOnline, Number(state.status === 'online'), id);
  emit(METRICS.cameraReceivedFrames, tally.received.frames, id);
  emit(METRICS.cameraReceivedBytes, tally.received.bytes, id);
  emit(METRICS.cameraFrameRate, state.fps, id);
  emit(METRICS.cameraBitrate, state.bitrateKbps * 1000, id);
  emit(METRICS.cameraReconnects, state.reconnects, id);
  emit(METRICS.cameraClockJumps, state.clockJumps, id);
  emit(METRICS.cameraPreRollBytes, preRoll.bytes, id);
  emit(METRICS.cameraPreRollDropped, preRoll.droppedGops, id);
  emit(METRICS.cameraRecording, Number(state.recording), id);
  emit(METRICS.cameraRecordedFrames, recorder.frames, id);
  emit(METRICS.cameraRecordedBytes, recorder.bytes, id);
  emit(METRICS.cameraQueued, recorder.queuedBytes, id);
  for (const forced of ['on', 'off'] as const) emit(METRICS.cameraForced, Number(state.forced === forced), id, forced);
  emit(METRICS.cameraSnapshotDecodes, pictures.snapshotDecodes, id);
  emit(METRICS.cameraPictureDecoders, pictures.decoders, id);
  emit(METRICS.cameraViewers, live.viewers, id);
  emit(METRICS.cameraEncoders, live.encoders, id);
  emit(METRICS.cameraSkipped, live.skippedFrames, id);
  emitAnalysis(emit, id, figures);
  emitTally(emit, id, tally);
}

function emitAnalysis(emit: Emit, id: string, { state, tally, analysis }: PipelineFigures): void {
  if (analysis === undefined) return;
  emit(METRICS.cameraMotion, Number(state.motion), id);
  emit(METRICS.cameraScore, state.score, id);
  emit(METRICS.cameraAnalyzed, tally.analyzedFrames, id);
  emit(METRICS.cameraDecoded, analysis.decoded, id);
  emit(METRICS.cameraPending, analysis.pending, id);
  emit(METRICS.cameraAnalysisDropped, analysis.dropped, id);
}

function emitTally(emit: Emit, id: string, { gaps, opened, closed }: CameraTally): void {
  for (const [reason, { gaps: count, seconds, lostFrames }] of gaps) {
    emit(METRICS.cameraGaps, count, id, reason);
    emit(METRICS.cameraGapSeconds, seconds, id, reason);
    emit(METRICS.cameraLostFrames, lostFrames, id, reason);
  }
  for (const [cause, count] of opened) emit(METRICS.cameraEventsOpened, count, id, cause);
  for (const [cause, count] of closed) emit(METRICS.cameraEventsClosed, count, id, cause);
}
