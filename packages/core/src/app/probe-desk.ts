// Probes for people who wait: a bounded number at once, for a bounded time, and none goes on when nobody waits any more.
import { dirname } from 'node:path';
import type { ProbeReport } from '@nightjar/client';
import type { Config } from '../config/config.ts';
import { loadCamera } from '../config/load-camera.ts';
import { DetailedError } from '../errors/detailed-error.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { withoutSecrets } from '../util/without-secrets.ts';
import type { Environment } from './environment.ts';
import { probeSource } from './probe-source.ts';

/** Each is a connection and a process. */
export const MOST_PROBES = 2;
/** How long a source is watched where nobody says, in seconds: two key frames of most cameras. */
export const PROBE_SECONDS = 8;
/** Longest a source is watched. */
export const LONGEST_PROBE_SECONDS = 60;
const CONNECT_WITHIN_MS = 10_000;

/** Looks at sources on demand. */
export class ProbeDesk {
  readonly #env: Environment;
  readonly #config: () => Config;
  #running = 0;

  constructor(env: Environment, config: () => Config) {
    this.#env = env;
    this.#config = config;
  }

  /** @throws RecorderError `INPUT_INVALID`, `TOO_MANY_REQUESTS`, `PROBE_FAILED`; none of them shows a password. */
  async probe(text: string, signal: AbortSignal = new AbortController().signal, seconds: number = PROBE_SECONDS): Promise<ProbeReport> {
    const { cameras, clock, configWorld } = this.#env;
    const { file, storage } = this.#config();
    const loaded = loadCamera({ id: 'probe', source: text }, { world: configWorld, folder: dirname(file), areas: storage.areas.map(({ id }) => id) });
    if ('problems' in loaded) throw new DetailedError('INPUT_INVALID', loaded.problems);
    if (!(seconds >= 1 && seconds <= LONGEST_PROBE_SECONDS))
      throw new DetailedError('INPUT_INVALID', [{ path: 'seconds', message: `got ${seconds}, expected a number from 1 to ${LONGEST_PROBE_SECONDS}` }]);
    if (this.#running >= MOST_PROBES) throw new RecorderError('TOO_MANY_REQUESTS', `${MOST_PROBES} sources are being looked at already; try again in a moment`);
    this.#running += 1;
    try {
      return await probeSource({ source: loaded.camera.source, cameras, clock, seconds, connectTimeoutMs: CONNECT_WITHIN_MS }, signal);
    } catch (error) {
      throw new RecorderError('PROBE_FAILED', withoutSecrets(error instanceof Error ? error.message : String(error)));
    } finally {
      this.#running -= 1;
    }
  }
}
