// What a site is made of, from what its dialog holds.
import type { IClientOptions } from 'mqtt';
import { shownAddress } from '../site/shown-address.ts';
import type { SiteSettings } from '../site/site.ts';
import type { Red, RedNode } from './node-red.ts';

/** What Node-RED keeps apart from flows. */
export interface SiteCredentials {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/** A core node of Node-RED. */
interface TlsNode extends RedNode {
  addTLSOptions(options: IClientOptions): void;
}

const KEEPALIVE_SECONDS = 20;

/** @throws Error that says what is expected of a property. */
export function siteSettings(red: Red, properties: Readonly<Record<string, unknown>>, credentials: SiteCredentials): Omit<SiteSettings, 'id' | 'warn'> {
  const { broker, base, apiUrl, tls, protocol } = properties;
  const { user, password, token } = credentials;
  const url = brokerUrl(broker);
  const tlsNode = tlsOf(red, tls);
  return {
    url,
    base: baseTopic(base),
    username: user,
    password,
    addTls: tlsNode === undefined || !/^(mqtts|wss):/i.test(url) ? undefined : (options) => tlsNode.addTLSOptions(options),
    version: protocol === '4' || protocol === 4 ? 4 : protocol === '5' || protocol === 5 ? 5 : 'auto',
    keepaliveSeconds: KEEPALIVE_SECONDS,
    apiUrl: typeof apiUrl === 'string' ? apiUrl.trim() : undefined,
    apiToken: token,
  };
}

function tlsOf(red: Red, id: unknown): TlsNode | undefined {
  if (typeof id !== 'string' || id === '' || id === '_ADD_') return undefined;
  const node = red.nodes.getNode(id) as TlsNode | null;
  if (typeof node?.addTLSOptions !== 'function') throw new Error('the TLS configuration of the site is not there; choose another one, or deploy it first');
  return node;
}

/** @throws Error where it is no address of a broker. */
function brokerUrl(broker: unknown): string {
  const text = typeof broker === 'string' ? broker.trim() : '';
  const url = text === '' ? 'mqtt://localhost:1883' : /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `mqtt://${text}`;
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Error(`the address of the broker is one such as mqtt://localhost:1883, not ${shownAddress(text)}`);
  }
  if (!['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(parsed.protocol))
    throw new Error(`the address of the broker begins with mqtt://, mqtts://, ws:// or wss://, not with ${parsed.protocol}//`);
  if (parsed.username !== '' || parsed.password !== '') throw new Error('write user and password of the broker into their own fields, not into its address');
  if (parsed.hostname === '') throw new Error(`the address of the broker has no host name; it is one such as mqtt://localhost:1883`);
  return url;
}

/** @throws Error where topics cannot begin with it. */
function baseTopic(base: unknown): string {
  const text = typeof base === 'string' && base.trim() !== '' ? base.trim().replace(/^\/+|\/+$/g, '') : 'nightjar';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: brokers close the connection on control characters
  if (text === '' || /[+#\u0000-\u001f]|\/\/|^\$/.test(text))
    throw new Error(`the base topic is one or more levels without + and #, not ${JSON.stringify(text)}`);
  return text;
}
