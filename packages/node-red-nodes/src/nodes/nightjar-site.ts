// nightjar-site: the broker and the recorders that the other nodes use, with one connection for all of them.
import { listenToFlows } from '../flow/flow-events.ts';
import type { NodeFile, Red, RedNode, SavedNode } from '../flow/node-red.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { type SiteCredentials, siteSettings } from '../flow/site-settings.ts';
import { errorText } from '../site/error-text.ts';
import { Site } from '../site/site.ts';
import { trySite } from '../site/site-trial.ts';

interface SiteNodeAtWork extends RedNode<SiteCredentials> {
  site?: Site;
  problem?: string;
}

const CLOSE_WITHIN_MS = 900;

/** Registers the type. */
export const nightjarSite: NodeFile = (red) => {
  function NightjarSite(this: SiteNodeAtWork, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    try {
      const settings = siteSettings(red, currentProperties(saved), this.credentials ?? {});
      this.site = new Site({ ...settings, id: this.id, warn: (text) => this.warn(text), log: (text) => this.log(text) });
    } catch (error) {
      this.problem = errorText(error);
      this.error(this.problem);
      return;
    }
    const { site } = this;
    site.hold();
    const forget = listenToFlows(red.events, { onStarted: () => site.ready(), onStopping: () => site.hold() });
    this.on('close', (isRemoved: boolean, done: () => void) => {
      forget();
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
  addRoutes(red);
};

/** As Node-RED sends a credential that was not changed in the dialog. */
const UNCHANGED = '__PWRD__';

function addRoutes(red: Red): void {
  /**
   * `GET nightjar/<id of the site’s node>/cameras` → 200 `{status, problem?, cameras, servers}`, or 404 `{problem}` where the site is not deployed.
   * - `status`: `idle` (no node uses it), `connecting`, `connected`, `disconnected`; `problem`: a sentence
   * - `cameras`: `[{id, name, server, availability: 'online' | 'offline' | 'disabled', canPtz, presets: [text], zones: [id]}]`
   * - `servers`: `[{id, name, isOnline, api}]`
   */
  red.httpAdmin.get('/nightjar/:id/cameras', red.auth.needsPermission('nightjar.read'), (request, response) => {
    const node = red.nodes.getNode(String(request.params['id'] ?? '')) as SiteNodeAtWork | null;
    if (node?.site === undefined) {
      response.status(404).json({ problem: node?.problem ?? 'deploy the site first' });
      return;
    }
    const { board, link } = node.site;
    response.json({ status: link.status, ...(link.problem === undefined ? {} : { problem: link.problem }), cameras: board.cameras, servers: board.servers });
  });

  /**
   * `POST nightjar/test` with JSON (`content-type: application/json`) tries settings of a site that are not saved, for at most 5 s:
   * `{id?, broker, base, protocol, tls?, apiUrl, user?, password?, token?}`. `id`: of the site’s node; where `user`, `password` or `token` is absent or
   * `__PWRD__`, that node’s saved one is used. `tls`: id of a TLS configuration that is deployed.
   * → 200 `{broker: {ok, problem?}, servers: [{id, name, isOnline, api}], cameras: 3, api: {ok, problem?}}`; `broker` may be ok and still have a `problem`
   * (no recorder there); `problem` is a sentence. → 400 `{problem}` where a setting cannot be used or the body is not JSON.
   */
  red.httpAdmin.post('/nightjar/test', red.auth.needsPermission('nightjar.write'), (request, response) => {
    const body: unknown = request.body;
    // A form of another page can be sent with the cookie of whoever is logged in; JSON cannot.
    if (!request.is('json') || typeof body !== 'object' || body === null) {
      response.status(400).json({ problem: 'send the settings as JSON' });
      return;
    }
    const properties = body as Readonly<Record<string, unknown>>;
    const saved = (red.nodes.getNode(String(properties['id'] ?? '')) as SiteNodeAtWork | null)?.credentials ?? {};
    const credential = (name: keyof SiteCredentials): string | undefined => {
      const given = properties[name];
      return typeof given === 'string' && given !== UNCHANGED ? given : saved[name];
    };
    try {
      const settings = siteSettings(red, properties, { user: credential('user'), password: credential('password'), token: credential('token') });
      void trySite(settings).then((trial) => response.json(trial));
    } catch (error) {
      response.status(400).json({ problem: errorText(error) });
    }
  });
}
