// The one place that knows what a secret in a text looks like: user parts and queries of URLs, and values named like passwords.
// What may be a secret is taken for one: a host that is hidden by mistake costs less than a password that is shown.

const SCHEME = String.raw`[a-z][a-z0-9+.-]{0,30}:[\\/]{2}`;
const SECRET_NAME = `(?<![a-z])(?:pass(?:word|wd|phrase)?|pwd|pw|psw|token|secret|api_?key|auth)`;
/** What cameras write behind a password in a path (`/user=a_password=b_channel=1_stream=0.sdp`). */
const NEXT_IN_PATH = '_(?:user|channel|chn|stream|subtype)=';

const RULES: readonly (readonly [RegExp, string])[] = [
  // The user part of a URL; up to the last @ before the path, since passwords may hold one.
  [new RegExp(String.raw`(${SCHEME})[^\s/]*@`, 'gi'), '$1'],
  // The same with a slash in the password: what follows the colon is no port.
  [new RegExp(String.raw`(${SCHEME})[^\s/:@[]*:(?!\d{1,5}(?:[/?#"',;)\]}]|$|\s))\S*@`, 'gi'), '$1'],
  // The same where it may be a port, or where there is no colon: the host is kept.
  [new RegExp(String.raw`(${SCHEME}[^\s/?#]*\/)[^\s?#]*@`, 'gi'), '$1***@'],
  // A whole URL in the path of another.
  [/(%3a%2f%2f)[^\s/?&]*%40/gi, '$1'],
  [new RegExp(String.raw`(${SCHEME}[^\s?]*)\?\S*`, 'gi'), '$1?…'],
  // User and password without a scheme.
  [/(^|[\s"'(=])[\w.%+-]{1,200}:[^\s"/]+@(?=[\w[])/g, '$1***@'],
  [new RegExp(String.raw`(${SECRET_NAME}(?:=|%3d))(?:"[^"]*"|[^&\s"\\]+?(?=[&\s"\\]|${NEXT_IN_PATH}|$))`, 'gi'), '$1***'],
];

/** The text without passwords, as far as they can be recognised: without user part and query of every URL, and without values that are named like one. */
export const withoutSecrets = (text: string): string => RULES.reduce((cleaned, [pattern, replacement]) => cleaned.replace(pattern, replacement), text);

/** What a URL is called in logs and to people: the same rules, on what it is parsed to where it can be. */
export function urlLabel(url: string): string {
  if (!URL.canParse(url)) return withoutSecrets(url);
  const { protocol, host, pathname, search } = new URL(url);
  return `${withoutSecrets(`${protocol}//${host}${pathname}`)}${search === '' ? '' : '?…'}`;
}

const NAMED_SECRET = /(?:^(?:pass|pw|auth)|password|passwd|passphrase|pwd|psw|token|secret|api_?key)$/i;

/** A copy of plain data without secrets: every text in it, and whatever stands under a key that is named like one. */
export function dataWithoutSecrets(data: unknown, key = ''): unknown {
  if (Array.isArray(data)) return data.map((item) => dataWithoutSecrets(item, key));
  if (typeof data === 'object' && data !== null)
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, dataWithoutSecrets(value, name)]));
  if (typeof data === 'boolean' || data === null) return data;
  if (NAMED_SECRET.test(key)) return '***';
  return typeof data === 'string' ? withoutSecrets(data) : data;
}
