// Where a camera's stream comes from.
import { Secret } from '../util/secret.ts';
import { urlLabel } from '../util/without-secrets.ts';
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
    return { kind, url: new Secret(text), label: urlLabel(text) };
  }
  if (kind === 'v4l2' && !/^\/dev\/[A-Za-z0-9/_:.-]+$/.test(rest)) return undefined;
  const [scene = ''] = rest.split('?');
  if (kind === 'synthetic' && scene !== '' && !SYNTHETIC_SCENES.includes(scene)) return undefined;
  if (kind === 'file' && rest.replace(/^\/\//, '') === '') return undefined;
  return { kind, url: new Secret(text), label: text };
}
