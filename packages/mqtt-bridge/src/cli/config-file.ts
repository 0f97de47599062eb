// The file of `--config`: the recorder, and the words of its `mqtt` section as far as they concern a bridge.
import { parseDocument } from 'yaml';
import { type LookUp, lookedUpText } from './looked-up-text.ts';

type Kind = 'text' | 'number' | 'flag';
type Shape = { readonly [key: string]: Kind | Shape };

const SHAPE = {
  recorder: { url: 'text', token: 'text', api: 'text' },
  mqtt: {
    broker: 'text',
    base: 'text',
    clientId: 'text',
    username: 'text',
    password: 'text',
    tls: { ca: 'text', cert: 'text', key: 'text' },
    publish: {
      statsSeconds: 'number',
      eventUpdates: 'flag',
      snapshots: 'flag',
      pictureWidth: 'number',
      pictureMaxBytes: 'number',
      previewSeconds: 'number',
      previewMaxFps: 'number',
      previewMaxSeconds: 'number',
      previewMaxCameras: 'number',
    },
    homeAssistant: { enabled: 'flag', prefix: 'text' },
  },
} as const satisfies Shape;

type ValueOf<S> = S extends 'text' ? string : S extends 'number' ? number : S extends 'flag' ? boolean : { readonly [K in keyof S]?: ValueOf<S[K]> };

/** What the file says. */
export type ConfigFile = ValueOf<typeof SHAPE>;

const EXPECTED: Readonly<Record<Kind, string>> = { text: 'a text', number: 'a number above 0', flag: 'true or false' };

/** @returns What is in it, and what is wrong with it: path, and what is expected. */
export function readConfigFile(text: string, lookUp: LookUp): { readonly config: ConfigFile; readonly problems: readonly string[] } {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  // The parser's own sentence may quote a line with a password.
  if (error !== undefined) return { config: {}, problems: [`line ${text.slice(0, error.pos[0]).split('\n').length} is no YAML (${error.code})`] };
  const problems: string[] = [];
  const config = take(document.toJS() ?? {}, SHAPE, { path: '', problems, lookUp });
  return { config: (config ?? {}) as ConfigFile, problems };
}

interface Place {
  readonly path: string;
  readonly problems: string[];
  readonly lookUp: LookUp;
}

function take(value: unknown, shape: Kind | Shape, place: Place): unknown {
  const { path, problems, lookUp } = place;
  if (typeof shape === 'string') {
    const isRight = shape === 'text' ? typeof value === 'string' : shape === 'flag' ? typeof value === 'boolean' : typeof value === 'number' && value > 0;
    if (!isRight) problems.push(`${path} must be ${EXPECTED[shape]}`);
    if (!isRight || typeof value !== 'string') return isRight ? value : undefined;
    try {
      return lookedUpText(value, lookUp);
    } catch (error) {
      problems.push(`${path}: ${(error as Error).message}`);
      return undefined;
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(`${path === '' ? 'the file' : path} must have ${Object.keys(shape).join(', ')}`);
    return undefined;
  }
  const taken: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    const below = path === '' ? key : `${path}.${key}`;
    const expected = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (expected === undefined)
      problems.push(`${below.slice(0, 80)} is not used by the bridge; ${path === '' ? 'the file' : path} may have ${Object.keys(shape).join(', ')}`);
    else taken[key] = take(child, expected, { ...place, path: below });
  }
  return taken;
}
