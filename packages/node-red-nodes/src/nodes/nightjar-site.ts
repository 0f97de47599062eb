// nightjar-site: the broker and the recorders that the other nodes use, with one connection for all of them.
import type { IClientOptions } from 'mqtt';
import type { NodeFile, Red, RedNode, SavedNode } from '../flow/node-red.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { Site } from '../site/site.ts';

interface SiteCredentials {
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
}

interface SiteNodeAtWork extends RedNode<SiteCredentials> {
  site?: Site;
  problem?: string;
}

/** A core node of Node-RED. */
interface TlsNode extends RedNode {
  addTLSOptions(options: IClientOptions): void;
}

const KEEPALIVE_SECONDS = 20;
/** Flows are there within this; then the site connects, even if nobody said that they are. */
const FLOWS_WITHIN_MS = 2000;
const CLOSE_WITHIN_MS = 900;

/** Registers the type. */
export const nightjarSite: NodeFile = (red) => {
  function NightjarSite(this: SiteNodeAtWork, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    try {
      this.site = makeSite(red, this, currentProperties(saved));
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.error(this.problem);
      return;
    }
    const { site } = this;
    const ready = (): void => {
      clearTimeout(timer);
      red.events.removeListener('flows:started', ready);
      site.ready();
    };
    const timer = setTimeout(ready, FLOWS_WITHIN_MS);
    red.events.on('flows:started', ready);
    this.on('close', (isRemoved: boolean, done: () => void) => {
      clearTimeout(timer);
      red.events.removeListener('flows:started', ready);
      let isDone = false;
      const end = (): void => {
        clearTimeout(limit);
        if (!isDone) done();
        isDone = true;
      };
      const limit = setTimeout(end, CLOSE_WITHIN_MS);
      site.close(isRemoved).then(end, end);
    });
  }
  red.nodes.registerType('nightjar-site', NightjarSite as never, {
    credentials: { user: { type: 'text' }, password: { type: 'password' }, token: { type: 'password' } },
  });
  red.httpAdmin.get('/nightjar/:id/cameras', red.auth.needsPermission('nightjar.read'), (request, response) => {
    const node = red.nodes.getNode(String(request.params['id'] ?? '')) as SiteNodeAtWork | null;
    if (node?.site === undefined) {
      response.status(404).json({ problem: node?.problem ?? 'deploy the site first' });
      return;
    }
    const { board, link } = node.site;
    response.json({ status: link.status, ...(link.problem === undefined ? {} : { problem: link.problem }), cameras: board.cameras, servers: board.servers });
  });
};

function makeSite(red: Red, node: SiteNodeAtWork, properties: Readonly<Record<string, unknown>>): Site {
  const { broker, base, apiUrl, tls, protocol } = properties;
  const { user, password, token } = node.credentials ?? {};
  const tlsNode = typeof tls === 'string' && tls !== '' ? (red.nodes.getNode(tls) as TlsNode | null) : null;
  return new Site({
    id: node.id,
    url: brokerUrl(broker),
    base: baseTopic(base),
    username: user,
    password,
    addTls: tlsNode === null ? undefined : (options) => tlsNode.addTLSOptions(options),
    version: protocol === '4' || protocol === 4 ? 4 : protocol === '5' || protocol === 5 ? 5 : 'auto',
    keepaliveSeconds: KEEPALIVE_SECONDS,
    apiUrl: typeof apiUrl === 'string' ? apiUrl.trim() : undefined,
    apiToken: token,
    warn: (text) => node.warn(text),
  });
}

/** @throws Error where it is no address of a broker. */
function brokerUrl(broker: unknown): string {
  const text = typeof broker === 'string' ? broker.trim() : '';
  const url = text === '' ? 'mqtt://localhost:1883' : /^[a-z]+:\/\//i.test(text) ? text : `mqtt://${text}`;
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Error(`the address of the broker is one such as mqtt://localhost:1883, not ${JSON.stringify(text)}`);
  }
  if (!['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(parsed.protocol))
    throw new Error(`the address of the broker begins with mqtt://, mqtts://, ws:// or wss://, not with ${parsed.protocol}//`);
  if (parsed.username !== '' || parsed.password !== '') throw new Error('write user and password of the broker into their own fields, not into its address');
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
