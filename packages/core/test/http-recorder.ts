// A recorder in memory behind a real HTTP server, for tests.

import type { RecorderApi } from '@nightjar/client';
import { FakeAccountDesk, FakeRecorder, RecordingLogger } from '@nightjar/testkit';
import { type HttpServer, startHttpServer } from '../src/adapters/http/http-server.ts';
import type { AccountDesk } from '../src/api/account-desk.ts';
import type { Operation } from '../src/api/operation.ts';
import type { HttpSettings } from '../src/model/http-settings.ts';
import type { BrokerDoor } from '../src/ports/broker-door.ts';
import { httpSettings } from './http-settings.ts';

/** What is served. */
export interface HttpRecorderOptions<A extends AccountDesk = FakeAccountDesk> {
  readonly settings?: Partial<HttpSettings>;
  /** Default: all there are. */
  readonly operations?: readonly Operation[];
  /** Default: a fake one with the cameras `porch` and `yard`. */
  readonly recorder?: RecorderApi;
  /** Default: a fake desk. */
  readonly accounts?: A;
  /** Default: there is none. */
  broker?(): BrokerDoor | undefined;
}

/** A server, and what is behind it. */
export interface HttpRecorder<A extends AccountDesk = FakeAccountDesk> extends HttpServer {
  readonly accounts: A;
  readonly log: RecordingLogger;
  /** `fetch` below `/api/v1`, as `who` (see `FakeAccountDesk`). */
  ask(path: string, init?: RequestInit & { readonly who?: string }): Promise<Response>;
}

/** Starts it; answers are compared with what operations promise. */
export async function httpRecorder<A extends AccountDesk = FakeAccountDesk>(options: HttpRecorderOptions<A> = {}): Promise<HttpRecorder<A>> {
  const { recorder = new FakeRecorder({ cameras: ['porch', 'yard'] }), operations } = options;
  const accounts = options.accounts ?? (new FakeAccountDesk() as unknown as A);
  const settings = httpSettings(options.settings);
  const log = new RecordingLogger();
  const server = await startHttpServer({
    settings,
    log,
    health: () => ({ status: 'ok' }),
    load: async () => {
      const { serveOperations } = await import('../src/adapters/http/serve-operations.ts');
      return serveOperations({
        settings,
        log,
        recorder,
        accounts,
        checksOutput: true,
        broker: () => options.broker?.(),
        ...(operations === undefined ? {} : { operations }),
      });
    },
  });
  return {
    ...server,
    accounts,
    log,
    ask: (path, { who, ...init } = {}) => {
      const headers = new Headers(init.headers);
      if (who !== undefined) headers.set('authorization', `Bearer ${who}`);
      return fetch(`${server.url}/api/v1${path}`, { ...init, headers });
    },
  };
}
