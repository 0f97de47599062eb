// A configuration for tests that run a whole recorder in memory.
import type { Config } from '../src/config/config.ts';
import { cameraSettings } from './camera-settings.ts';
import { httpSettings } from './http-settings.ts';

/** Server `rec1`, one area at `/events`, one camera `porch`; no MQTT, nothing is deleted for its age. */
export const recorderConfig = (changes: Partial<Config> = {}): Config => ({
  file: '/etc/nightjar.yaml',
  server: { id: 'rec1', name: 'Recorder' },
  http: httpSettings(),
  database: { engine: 'sqlite', file: '/var/lib/nightjar.db' },
  storage: { areas: [{ id: 'default', path: '/events', scheme: 'shallow', minFree: { bytes: 0 }, maxSize: null }], syncIntervalMs: 5000 },
  retention: { days: null, maxSize: null },
  exports: { path: '/exports', keepHours: 24, maxSize: 20e9, maxQueued: 100 },
  triggers: { socket: null, tcp: null },
  log: { level: 'info' },
  cameras: [cameraSettings()],
  written: {},
  ...changes,
});
