// What people switch of a camera beside its settings, and what of both is in force. Pure.
import type { CameraControls, RecordMode } from '@nightjar/client';
import type { CameraFunction, CameraSettings } from './camera.ts';
import type { Zone } from './zone.ts';

/** What somebody switched; what is absent follows the settings. */
export interface SwitchedControls {
  readonly enabled?: boolean;
  readonly armed?: boolean;
  readonly detection?: boolean;
  /** Only `false`: nothing is kept, whatever the mode is. */
  readonly record?: false;
  readonly recordMode?: RecordMode;
  readonly sensitivity?: number;
  readonly privacy?: boolean;
}

const MODES: Readonly<Record<CameraFunction, RecordMode>> = {
  none: 'off',
  monitor: 'off',
  modect: 'motion',
  nodect: 'motion',
  record: 'continuous',
  mocord: 'continuous',
};

const FUNCTIONS: Readonly<Record<RecordMode, Readonly<Record<'detects' | 'rests', CameraFunction>>>> = {
  off: { detects: 'monitor', rests: 'monitor' },
  motion: { detects: 'modect', rests: 'nodect' },
  continuous: { detects: 'mocord', rests: 'record' },
};

/** Of a camera without a zone that looks for motion. */
const DEFAULT_SENSITIVITY = 50;

/** The switches of a camera as they stand. */
export function controlsOf(camera: CameraSettings, switched: SwitchedControls): CameraControls {
  const { function: configured, zones } = camera;
  const recordMode = switched.record === false ? 'off' : (switched.recordMode ?? MODES[configured]);
  const sensitivities = zones.filter(looksForMotion).map(({ sensitivity }) => sensitivity);
  return {
    enabled: switched.enabled ?? configured !== 'none',
    armed: switched.armed ?? true,
    detection: switched.detection ?? (configured === 'modect' || configured === 'mocord'),
    record: recordMode !== 'off',
    recordMode,
    sensitivity: switched.sensitivity ?? (sensitivities.length === 0 ? DEFAULT_SENSITIVITY : Math.max(...sensitivities)),
    privacy: switched.privacy ?? false,
  };
}

/** What stands switched after `changes`; `record` on again brings the mode from before back, or motion where there was none. */
export function switchControls(camera: CameraSettings, before: SwitchedControls, changes: Partial<CameraControls>): SwitchedControls {
  const { record, recordMode, ...others } = changes;
  const { record: _off, ...kept } = before;
  const next: SwitchedControls = { ...kept, ...others };
  // The mode `off` keeps what `record` brings back, as the switch does.
  if (recordMode === 'off') return { ...next, record: false };
  if (recordMode !== undefined) return { ...next, recordMode, ...(record === false ? { record } : {}) };
  if (record === undefined) return { ...before, ...others };
  if (!record) return { ...next, record };
  return (kept.recordMode ?? MODES[camera.function]) === 'off' ? { ...next, recordMode: 'motion' } : next;
}

/**
 * The settings a camera runs with.
 *
 * @param siteArmed - Whether the recorder is armed.
 */
export function settingsInForce(camera: CameraSettings, switched: SwitchedControls, siteArmed: boolean): CameraSettings {
  const { enabled, armed, detection, recordMode, privacy } = controlsOf(camera, switched);
  const isConnected = enabled && !privacy;
  const { sensitivity } = switched;
  return {
    ...camera,
    function: isConnected ? FUNCTIONS[recordMode][detection ? 'detects' : 'rests'] : 'none',
    zones: sensitivity === undefined ? camera.zones : camera.zones.map((zone) => (looksForMotion(zone) ? { ...zone, sensitivity } : zone)),
    armed: armed && siteArmed,
    ...(isConnected && detection && recordMode === 'off' ? { watchesMotion: true } : {}),
    ...(isConnected && recordMode === 'off' && MODES[camera.function] !== 'off' ? { isRecordingOff: true } : {}),
    ...(privacy ? { isPrivate: true } : {}),
    ...(switched.enabled === false && camera.function !== 'none' ? { isSwitchedOff: true } : {}),
  };
}

const looksForMotion = ({ kind }: Zone): boolean => kind === 'active' || kind === 'inclusive' || kind === 'exclusive';
