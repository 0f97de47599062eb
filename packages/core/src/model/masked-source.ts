// Sources as people may see and edit them: what may be a password is `***`, and can be put back where it goes to the same device.
import { withoutSecrets } from '../util/without-secrets.ts';

/** What stands for a password. */
export const MASK = '***';

interface Parts {
  readonly origin: string;
  readonly user: string;
  readonly login: string;
  readonly path: string;
  readonly query: readonly string[];
}

/** A source without its passwords; the user's name stays where a password follows it. */
export function maskSource(text: string): string {
  const parts = partsOf(text);
  if (parts === undefined) return text;
  return together({ ...parts, login: maskedLogin(parts), path: maskedPath(parts), query: parts.query.map(maskedValue) });
}

/**
 * Puts passwords back into a source that was masked and perhaps edited.
 *
 * @param known - Whole sources whose passwords may be used. Only one of the same scheme, host and port gives its own, so that nobody
 * learns a password by sending the recorder elsewhere.
 * @returns `undefined` where a mask stays.
 */
export function unmaskSource(text: string, known: readonly string[]): string | undefined {
  if (!text.includes(MASK)) return text;
  for (const source of known) {
    if (text === maskSource(source)) return source;
    const filled = fill(text, source);
    if (filled !== undefined) return filled;
  }
  return undefined;
}

function fill(text: string, source: string): string | undefined {
  const [wanted, given] = [partsOf(text), partsOf(source)];
  if (wanted === undefined || given === undefined || wanted.origin !== given.origin) return undefined;
  const login = wanted.login.includes(MASK) && wanted.login === maskedLogin(given) ? given.login : wanted.login;
  const path = wanted.path.includes(MASK) && wanted.path === maskedPath(given) ? given.path : wanted.path;
  const query = wanted.query.map((pair) => (pair.includes(MASK) ? (given.query.find((old) => maskedValue(old) === pair) ?? pair) : pair));
  const filled = together({ ...wanted, login, path, query });
  return [login, path, ...query].some((part) => part.includes(MASK)) ? undefined : filled;
}

function partsOf(text: string): Parts | undefined {
  if (!/^(rtsps?|https?):/i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, host, username, password, pathname, search } = new URL(text);
  const login = username === '' && password === '' ? '' : `${username}${password === '' ? '' : `:${password}`}`;
  return {
    origin: `${protocol}//${host}`,
    user: password === '' ? '' : username,
    login,
    path: pathname,
    query: search === '' ? [] : search.slice(1).split('&'),
  };
}

const together = ({ origin, login, path, query }: Parts): string => {
  const [scheme = '', host = ''] = origin.split('//');
  return `${scheme}//${login === '' ? '' : `${login}@`}${host}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
};

/** A user name alone is often a token. */
const maskedLogin = ({ user, login }: Pick<Parts, 'user' | 'login'>): string => {
  if (login === '') return '';
  return user === '' && !login.startsWith(':') ? MASK : `${user}:${MASK}`;
};

/** Cameras take passwords in paths too; those that look like one are taken out, with a host before them so that they are seen for what they are. */
const maskedPath = ({ origin, path }: Pick<Parts, 'origin' | 'path'>): string => withoutSecrets(`${origin}${path}`).slice(origin.length);

/** Channel and stream numbers may be seen; any other value may be a token. */
const maskedValue = (pair: string): string => {
  const equals = pair.indexOf('=');
  const value = pair.slice(equals + 1);
  return /^\d{0,2}$/.test(value) ? pair : `${pair.slice(0, equals + 1)}${MASK}`;
};
