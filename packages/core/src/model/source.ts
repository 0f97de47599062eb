// Where a camera's stream comes from.
import { Secret } from '../util/secret.ts';
import { SYNTHETIC_SCENES } from './synthetic-scene.ts';

/** The kinds of source the recorder can open. */
export type SourceKind = 'rtsp' | 'mjpeg' | 'file' | 'v4l2' | 'synthetic';

/** A parsed source. `url` may hold a password; `label` never does and is what logs and people see. */
export interface Source {
  readonly kind: SourceKind;
  readonly url: Secret;
  readonly label: string;
}

const SCHEMES: Readonly<Record<string, SourceKind>> = {
  'rtsp:': 'rtsp',
  'rtsps:': 'rtsp',
  'http:': 'mjpeg',
  'https:': 'mjpeg',
  'file:': 'file',
  'v4l2:': 'v4l2',
  'synthetic:': 'synthetic',
};

/** The schemes a source may have, for messages to people. */
export const SOURCE_SCHEMES: readonly string[] = Object.keys(SCHEMES);

/**
 * Reads a source as written in the configuration.
 *
 * @returns The source, or `undefined` where the scheme is unknown or the rest is not what the scheme needs.
 */
export function parseSource(text: string): Source | undefined {
  const scheme = /^[a-z0-9+.-]+:/i.exec(text)?.[0].toLowerCase();
  const kind = scheme === undefined ? undefined : SCHEMES[scheme];
  if (scheme === undefined || kind === undefined) return undefined;
  const rest = text.slice(scheme.length);
  if (/[\0\r\n]/.test(text)) return undefined;
  if (kind === 'rtsp' || kind === 'mjpeg') {
    if (!URL.canParse(text) || new URL(text).hostname === '') return undefined;
    return { kind, url: new Secret(text), label: withoutUserInfo(text) };
  }
  if (kind === 'v4l2' && !/^\/dev\/[A-Za-z0-9/_:.-]+$/.test(rest)) return undefined;
  const [scene = ''] = rest.split('?');
  if (kind === 'synthetic' && scene !== '' && !SYNTHETIC_SCENES.includes(scene)) return undefined;
  if (kind === 'file' && rest.replace(/^\/\//, '') === '') return undefined;
  return { kind, url: new Secret(text), label: text };
}

/** The same text with `***` for passwords that a URL's path names (`/user=admin_password=…_channel=1.sdp`). */
export const withoutPathPasswords = (text: string): string =>
  text.replace(/((?<![a-z])(?:pass(?:word|wd|phrase)?|pwd|pw|psw|token|secret|api_?key|auth)(?:=|%3d))[^\s&;,/?"'\\]+?(?=[\s&;,/?"'\\]|_[a-z]+=|$)/gi, '$1***');

/** The same URL without user name, password and query, which is where cameras put secrets, and without passwords its path names. */
export function withoutUserInfo(url: string): string {
  if (!URL.canParse(url)) return withoutPathPasswords(url.replace(/\/\/[^@/]*@/, '//'));
  const parsed = new URL(url);
  const query = parsed.search === '' ? '' : '?…';
  return `${parsed.protocol}//${parsed.host}${withoutPathPasswords(parsed.pathname)}${query}`;
}
