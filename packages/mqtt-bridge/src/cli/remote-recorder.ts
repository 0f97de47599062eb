// The recorder as a bridge on another machine sees it.
import { RecorderClient, type ServerInfo } from '@nightjar/client';
import type { AloneSettings } from './settings.ts';

/** A recorder that came back is noticed so soon at the latest. */
const LONGEST_WAIT_MS = 5000;
/** It says something every 15 s. */
const QUIET_MS = 25_000;

/** A recorder over the network that says an address of itself which others can reach. */
export class RemoteRecorder extends RecorderClient {
  readonly #settings: Pick<AloneSettings, 'recorder' | 'api'>;

  constructor(settings: Pick<AloneSettings, 'recorder' | 'api'>) {
    const { url, token } = settings.recorder;
    super({
      url,
      ...(token === undefined ? {} : { credentials: { token } }),
      reconnection: { firstMs: 500, longestMs: LONGEST_WAIT_MS },
      quietMs: QUIET_MS,
    });
    this.#settings = settings;
  }

  override async server(): Promise<ServerInfo> {
    const server = await super.server();
    const { recorder, api } = this.#settings;
    return { ...server, api: api ?? (isLoopback(server.api) ? recorder.url : server.api) };
  }
}

function isLoopback(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
