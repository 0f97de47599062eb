// What can be set of a camera over MQTT: how it reads on its topics, and what a payload asks for.
import type { CameraControls, RecordMode } from '@nightjar/client';
import { onOff } from './payloads.ts';

/** A property. */
export interface Property {
  /** As it stands on `…/state`. */
  state(controls: CameraControls): string;
  /** What a payload of `…/set` switches; nothing where it cannot be understood. */
  changes(payload: string): Partial<CameraControls> | undefined;
  /** For the one who sent something else. */
  readonly expected: string;
}

const MODES: readonly string[] = ['off', 'motion', 'continuous'] satisfies readonly RecordMode[];
const NUMBER = /^[0-9]{1,3}(\.[0-9]{1,6})?$/;

/** `ON` or `OFF` in any case; nothing for anything else. */
export function parseSwitch(payload: string): boolean | undefined {
  const word = payload.trim().toUpperCase();
  return word === 'ON' ? true : word === 'OFF' ? false : undefined;
}

const ofSwitch = (name: 'enabled' | 'armed' | 'detection' | 'record' | 'privacy'): Property => ({
  state: (controls) => onOff(controls[name]),
  changes: (payload) => {
    const on = parseSwitch(payload);
    return on === undefined ? undefined : { [name]: on };
  },
  expected: 'ON or OFF',
});

/** Every property that the recorder keeps; `preview` and `ptz_preset` are not among them. */
export const PROPERTIES = {
  enabled: ofSwitch('enabled'),
  armed: ofSwitch('armed'),
  detection: ofSwitch('detection'),
  record: ofSwitch('record'),
  record_mode: {
    state: ({ recordMode }) => recordMode,
    changes: (payload) => {
      const mode = payload.trim().toLowerCase();
      return MODES.includes(mode) ? { recordMode: mode as RecordMode } : undefined;
    },
    expected: 'off, motion or continuous',
  },
  sensitivity: {
    state: ({ sensitivity }) => String(sensitivity),
    changes: (payload) => {
      const text = payload.trim();
      return NUMBER.test(text) && Number(text) <= 100 ? { sensitivity: Number(text) } : undefined;
    },
    expected: 'a number from 0 to 100',
  },
  privacy: ofSwitch('privacy'),
} as const satisfies Readonly<Record<string, Property>>;

/** The property of a name that somebody else chose. */
export function propertyOf(name: string): Property | undefined {
  return Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name as keyof typeof PROPERTIES] : undefined;
}
