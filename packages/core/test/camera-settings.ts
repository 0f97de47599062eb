// A camera's settings for tests that care about some of them only.
import type { CameraSettings } from '../src/model/camera.ts';
import { parseSource, type Source } from '../src/model/source.ts';

/** A source, which must be one. */
export const sourceOf = (url: string): Source => {
  const source = parseSource(url);
  if (source === undefined) throw new TypeError(`${url} is no source`);
  return source;
};

/** `porch`: records on motion, one zone, 5 s before and after, every frame analysed. */
export const cameraSettings = (changes: Partial<CameraSettings> = {}): CameraSettings => ({
  id: 'porch',
  name: 'Front porch',
  source: sourceOf('rtsp://viewer:s3cret@192.0.2.10/main'),
  detect: { mode: 'continuous', fps: 5 },
  function: 'modect',
  preRollSeconds: 5,
  postRollSeconds: 5,
  sectionLengthSeconds: 600,
  alarmFrameCount: 2,
  eventPrefix: 'Event-',
  frameSkip: 0,
  fpsReportInterval: 1000,
  defaultScale: 100,
  webColour: '#ff0000',
  exif: false,
  audio: true,
  recordPictures: false,
  zones: [{ id: 'all', kind: 'active', sensitivity: 50, overloadFrames: 0, extendAlarmFrames: 0 }],
  connectTimeoutSeconds: 10,
  stallTimeoutSeconds: 10,
  preRollMaxMiB: 64,
  ...changes,
});
