// A camera as recorders show one: online, recording on motion, with a main stream.
import type { Camera, CameraControls, CameraState, CameraStream } from '@nightjar/client';

/** When time begins in fakes: 2026-01-01T12:00:00Z. */
export const FAKE_START_MS = Date.UTC(2026, 0, 1, 12);

/** An online camera that sees nothing. */
export function fakeCamera(id: string): Camera {
  const state: CameraState = {
    status: 'online',
    fps: 14.9,
    bitrateKbps: 3100,
    gopSeconds: 2,
    codec: 'avc1.64001f',
    width: 1920,
    height: 1080,
    score: 0,
    motion: false,
    recording: false,
    analysisFps: 5,
    latencyMs: 180,
    droppedPackets: 0,
    reconnects: 1,
    clockJumps: 0,
    since: new Date(FAKE_START_MS).toISOString(),
  };
  const { codec, width, height, fps, bitrateKbps, gopSeconds } = state;
  const mainStream: CameraStream = { stream: 'main', codec, width, height, fps, bitrateKbps, gopSeconds, hasBFrames: false };
  const controls: CameraControls = {
    enabled: true,
    armed: true,
    detection: true,
    record: true,
    recordMode: 'motion',
    sensitivity: 50,
    privacy: false,
  };
  return { id, name: `Camera ${id}`, function: 'modect', audio: true, zones: ['all'], controls, armed: true, state, streams: [mainStream] };
}
