// A configuration for tests that run a whole recorder in memory.
import type { Config } from '../src/config/config.ts';
import type { TriggerRules } from '../src/model/trigger.ts';
import { cameraSettings } from './camera-settings.ts';
import { httpSettings } from './http-settings.ts';

/** How signals are taken where nothing else is said. */
export const triggerRules = (changes: Partial<TriggerRules> = {}): TriggerRules => ({ pulseMs: 10_000, debounceMs: 0, maxPerSecond: 50, ...changes });

/** No sockets; the defaults else. */
export const triggersConfig = (changes: Partial<Config['triggers']> = {}): Config['triggers'] => ({
  socket: null,
  tcp: null,
  lines: { connections: 256, bytes: 8192, perSecond: 50, totalPerSecond: 200 },
  pulseSeconds: 10,
  debounceMs: 0,
  maxPerSecond: 50,
  schedule: [],
  ...changes,
});

/** Server `rec1`, one area at `/events`, one camera `porch`; no MQTT, nothing is deleted for its age. */
export const recorderConfig = (changes: Partial<Config> = {}): Config => ({
  file: '/etc/nightjar.yaml',
  server: { id: 'rec1', name: 'Recorder' },
  http: httpSettings(),
  database: { engine: 'sqlite', file: '/var/lib/nightjar.db' },
  storage: { areas: [{ id: 'default', path: '/events', scheme: 'shallow', minFree: { bytes: 0 }, maxSize: null }], syncIntervalMs: 5000 },
  retention: { days: null, maxSize: null },
  exports: { path: '/exports', keepHours: 24, maxSize: 20e9, maxQueued: 100 },
  encoding: { maxVideo: 4, maxSound: 32 },
  triggers: triggersConfig(),
  log: { level: 'info' },
  cameras: [cameraSettings()],
  written: {},
  ...changes,
});
