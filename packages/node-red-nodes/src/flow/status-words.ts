// The words of node statuses in English; `editor/locales` has them in every language.
import type { Red } from './node-red.ts';

/** By key below `status` of the catalogue of `nightjar-site`. `{{…}}` is put in. */
export const STATUS_WORDS = {
  connected: 'connected',
  connecting: 'connecting',
  disconnected: 'disconnected',
  noSite: 'choose a site',
  badSite: 'check the site',
  sending: 'sending',
  loginRefused: 'login refused',
  motion: '{{camera}}: motion',
  waiting: '{{count}} waiting',
  camera: '{{camera}}',
  offlinePicture: '{{camera}}: offline',
  tooMany: 'too many messages',
  unreachable: 'unreachable',
  refusedToken: 'token refused',
  notAllowed: 'not allowed',
  noRecorder: 'no recorder',
  recorderOffline: 'recorder offline',
  noCamera: 'no such camera',
  cameraOffline: 'camera offline',
  cameraDisabled: 'camera switched off',
  noEvent: 'no such event',
  notWritten: 'not written',
  asking: 'asking',
  found: '{{count}} found',
  incomplete: '{{count}}, incomplete',
  exporting: 'exporting {{percent}} %',
  exportingMany: '{{count}} exports, {{percent}} %',
  exported: 'exported',
  failed: 'failed',
  pictures: 'fetching picture',
  online: '{{count}} online',
  offline: '{{count}} offline',
} as const;

/** A word of the table. */
export type StatusWord = keyof typeof STATUS_WORDS;

const CATALOGUE = '@nightjar/node-red-nightjar/nightjar-site:status';

/** A status in the language of the runtime; in English where that has none. */
export function statusText(red: Red, word: StatusWord, values: Readonly<Record<string, string | number>> = {}): string {
  const key = `${CATALOGUE}.${word}`;
  const said: unknown = red._(key);
  const words = typeof said === 'string' && said !== key ? said : STATUS_WORDS[word];
  // Node-RED itself puts in only what is written as __name__.
  return words.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}
