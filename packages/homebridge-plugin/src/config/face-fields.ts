// What can be said of how a camera is shown in Home, for all cameras or for one.
import type { FaceSettings, SwitchName } from '../settings.ts';
import { line, truth, whole, word } from './field-kinds.ts';
import { type Field, type Fields, type Read, withoutAbsent } from './fields.ts';

const SWITCHES: readonly SwitchName[] = ['armed', 'detection', 'recording', 'privacy'];

const switches: Field<readonly SwitchName[]> = {
  expected: `a list of ${SWITCHES.join(', ')}`,
  read: (value) => {
    if (!Array.isArray(value)) return undefined;
    const known = SWITCHES.filter((name) => value.includes(name));
    return value.every((each) => SWITCHES.includes(each)) ? known : undefined;
  },
};

const address: Field<string> = {
  expected: 'an IP address of this machine, such as 192.168.1.5',
  read: (value) => (typeof value === 'string' && /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)$/i.test(value.trim()) ? value.trim() : undefined),
};

/** The keys of `defaults`; `overrides[]` and `cameras[]` take them, too. */
export const FACE_FIELDS = {
  hidden: truth,
  stream: word('auto', 'main', 'sub'),
  liveStart: word('cached', 'next'),
  audio: truth,
  secureVideo: truth,
  maxRecordingKbps: whole(256, 20_000, 'kbit/s'),
  viewers: whole(1, 16),
  occupancy: truth,
  doorbell: truth,
  doorbellTrigger: line(100),
  switches,
  offInHome: word('privacy', 'record'),
  address,
} satisfies Fields;

/**
 * Without a word of the person who runs it. A home hub asks for 2000 kbit/s and takes more: 3000 lets the usual 1080p stream through as it is, and
 * what would starve a hub on Wi-Fi is encoded anew.
 */
export const FACE_DEFAULTS: FaceSettings = {
  isHidden: false,
  stream: 'auto',
  liveStart: 'cached',
  audio: true,
  recording: true,
  maxRecordingKbps: 3000,
  viewers: 5,
  occupancy: false,
  doorbell: false,
  switches: [],
  offInHome: 'privacy',
};

/** What was said, under the names the plugin has for it. */
export function faceFrom(read: Read<typeof FACE_FIELDS>): Partial<FaceSettings> {
  const { hidden, secureVideo, doorbell, doorbellTrigger, ...same } = read;
  // A trigger to listen for makes a doorbell of it, unless somebody said that it is none.
  const rings = doorbell === false ? false : (doorbellTrigger ?? doorbell);
  return withoutAbsent({ ...same, isHidden: hidden, recording: secureVideo, doorbell: rings });
}
