// Tries settings of a site that nobody has saved yet: does the broker take them, who is there, does the API answer?
import { errorText } from './error-text.ts';
import type { RecorderHttp } from './recorder-http.ts';
import { Site, type SiteSettings } from './site.ts';
import { nobodyText } from './site-commands.ts';

/** Whether one of the two ways works; `problem`: why not, as a sentence. */
export interface TrialVerdict {
  readonly ok: boolean;
  readonly problem?: string;
}

/** What came of a trial. */
export interface SiteTrial {
  readonly broker: TrialVerdict;
  /** Recorders that are at the broker, by id. */
  readonly servers: readonly { readonly id: string; readonly name: string; readonly isOnline: boolean; readonly api: string }[];
  /** How many cameras there are. */
  readonly cameras: number;
  readonly api: TrialVerdict;
}

const BROKER_WITHIN_MS = 3000;
const API_LIMITS = { timeoutMs: 1500, wholeMs: 1800 };

/** What is wrong stands beside the broker. */
const NOT_TRIED = 'not tried: recorders say their address at the broker';

/** Tries them for at most 5 s. Never fails. Nothing is published. */
export async function trySite(settings: Omit<SiteSettings, 'id' | 'warn'>): Promise<SiteTrial> {
  const site = new Site({ ...settings, id: `try-${Math.random().toString(36).slice(2, 8)}`, apiLimits: API_LIMITS, warn: () => undefined });
  try {
    site.join({ id: 'trial', onLink: () => undefined });
    site.ready();
    const broker = await tryBroker(site);
    const { servers, cameras } = site.board;
    const isAddressKnown = broker.ok || Boolean(settings.apiUrl);
    return { broker, servers, cameras: cameras.length, api: isAddressKnown ? await tryApi(site) : { ok: false, problem: NOT_TRIED } };
  } finally {
    await site.close(true);
  }
}

async function tryBroker(site: Site): Promise<TrialVerdict> {
  const limit = AbortSignal.timeout(BROKER_WITHIN_MS);
  try {
    await site.connected(limit);
  } catch {
    return { ok: false, problem: site.link.problem ?? `the broker did not answer within ${BROKER_WITHIN_MS / 1000} s` };
  }
  // What it has kept: until there is a recorder with all its cameras, or nothing more comes.
  await site.known(() => undefined, limit).catch(() => undefined);
  if (site.link.status !== 'connected') return { ok: false, problem: site.link.problem ?? 'the broker closed the connection' };
  if (site.board.ids('server').length > 0) return { ok: true };
  return { ok: true, problem: site.refusal ?? nobodyText(site.base) };
}

async function tryApi(site: Site): Promise<TrialVerdict> {
  try {
    await Promise.all(site.apis().map(expectRecorder));
    return { ok: true };
  } catch (error) {
    return { ok: false, problem: errorText(error) };
  }
}

/** @throws RecorderProblem where it is none, or does not know the token. */
async function expectRecorder(api: RecorderHttp): Promise<void> {
  const me = await api.json<{ readonly name?: unknown; readonly permissions?: unknown }>({ path: '/auth/me' });
  if (typeof me?.name !== 'string' || me.permissions === undefined) throw api.noRecorder('answered as no recorder does');
}
