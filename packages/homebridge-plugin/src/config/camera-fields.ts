// What can be said of a camera of our own recorder.
import { FACE_FIELDS } from './face-fields.ts';
import { line, mapping, whole, word } from './field-kinds.ts';
import type { Field, Fields } from './fields.ts';
import { nearestWord } from './nearest-word.ts';

/** As the recorder's contract has it. */
export const ID_PATTERN = '^[a-z0-9][a-z0-9_-]{0,47}$';

const ID = new RegExp(ID_PATTERN);

/** An id of a camera. */
export const cameraId: Field<string> = {
  expected: 'lower-case letters, digits, "-" and "_", at most 48, the first a letter or a digit',
  read: (value) => (typeof value === 'string' && ID.test(value) ? value : undefined),
};

const SCHEMES = ['rtsp', 'rtsps', 'http', 'https', 'file', 'v4l2', 'synthetic'];
const FORM = 'an address such as rtsp://USER:PASSWORD@192.168.1.20:554/stream1';
const schemeOf = (text: string): string | undefined => /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();

/** Where a stream comes from; the recorder looks at it once more. */
const source: Field<string> = {
  expected: FORM,
  isSecret: true,
  hint: (value) => {
    if (typeof value !== 'string') return undefined;
    const scheme = schemeOf(value.trim());
    if (scheme !== undefined && SCHEMES.includes(scheme)) return `${FORM}; in a password, write % as %25, # as %23, / as %2F, ? as %3F and @ as %40`;
    const nearest = value.includes('://') && scheme !== undefined ? nearestWord(scheme, SCHEMES) : undefined;
    return `${FORM}, beginning with one of ${SCHEMES.join(', ')}${nearest === undefined ? '' : `; did you mean ${nearest}://?`}`;
  },
  read: (value) => {
    const text = typeof value === 'string' ? value.trim() : '';
    const scheme = schemeOf(text);
    if (scheme === undefined || !SCHEMES.includes(scheme) || /[\0\r\n]/.test(text)) return undefined;
    if (/^(rtsps?|https?)$/.test(scheme)) return text.includes('${') || (URL.canParse(text) && new URL(text).hostname !== '') ? text : undefined;
    return scheme === 'synthetic' || text.length > scheme.length + 1 ? text : undefined;
  },
};

/** The keys of `cameras[]`. */
export const CAMERA_FIELDS = {
  id: cameraId,
  name: line(64),
  source: { ...source, also: ['url', 'uri', 'rtsp', 'host', 'videoConfig'] },
  subSource: source,
  record: word('motion', 'always', 'never'),
  sensitivity: whole(0, 100),
  settings: { ...mapping('a mapping with keys of cameras[] of nightjar.yaml'), also: ['zones', 'detect', 'function', 'preRollSeconds', 'postRollSeconds'] },
  ...FACE_FIELDS,
} satisfies Fields;
