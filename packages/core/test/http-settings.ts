// Settings of an HTTP server for tests: what the configuration's defaults say, on any free port.
import type { HttpSettings } from '../src/model/http-settings.ts';

/** Loopback, plain, no proxy, ordinary limits. */
export const httpSettings = (changes: Partial<HttpSettings> = {}): HttpSettings => ({
  host: '127.0.0.1',
  port: 0,
  tls: null,
  trustProxy: false,
  proxies: [],
  names: [],
  corsOrigins: [],
  maxBodyBytes: 256 * 1024,
  requestsPerMinute: 30_000,
  maxConnections: 1024,
  maxStreams: 400,
  maxStreamsPerAddress: 200,
  stalledSeconds: 60,
  ...changes,
});
