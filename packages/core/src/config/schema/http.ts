// `http`: where the API and the pages are served.
import * as Type from 'typebox';
import { ADDRESS_OR_NETWORK, section, sectionOrNull } from './field.ts';

const limit = (title: string, description: string, range: { readonly default: number; readonly minimum: number; readonly maximum: number }) =>
  Type.Integer({ title, description, ...range, 'x-restart': 'server' });

/** `http`. */
export const httpSchema = section(
  { title: 'HTTP', description: 'Where the API is served, who is believed, and how much of it anybody may use.', 'x-restart': 'server', default: {} },
  {
    host: Type.String({
      title: 'Address',
      description:
        'Address to listen on: a loopback address for this machine only, 0.0.0.0 for everybody who reaches it. Beyond loopback an account must be there first (`nightjar user add`), and passwords cross the network readable unless `tls` or a proxy encrypts them.',
      default: '127.0.0.1',
      minLength: 1,
      maxLength: 255,
      'x-restart': 'server',
    }),
    port: Type.Integer({
      title: 'Port',
      description: 'TCP port to listen on; 0 takes any free one.',
      default: 8420,
      minimum: 0,
      maximum: 65_535,
      'x-restart': 'server',
    }),
    tls: sectionOrNull(
      {
        title: 'TLS',
        description: 'Certificate and key to serve HTTPS with (TLS 1.2 or newer). null: plain HTTP. SIGHUP reads a renewed certificate.',
        default: null,
        'x-restart': 'server',
      },
      {
        cert: Type.String({
          title: 'Certificate',
          description: 'PEM file with the certificate and its chain.',
          minLength: 1,
          'x-example': 'tls/cert.pem',
          'x-restart': 'server',
        }),
        key: Type.String({ title: 'Key', description: 'PEM file with the private key.', minLength: 1, 'x-example': 'tls/key.pem', 'x-restart': 'server' }),
      },
    ),
    trustProxy: Type.Boolean({
      title: 'Trust proxy',
      description:
        'Whether the `X-Forwarded-For` header of a reverse proxy is believed, so that limits and the audit log know the address behind it. Only behind a proxy that sets it, else clients can claim any address.',
      default: false,
      'x-restart': 'server',
    }),
    proxies: Type.Array(Type.String({ pattern: ADDRESS_OR_NETWORK }), {
      title: 'Proxies',
      description:
        'Addresses or networks (`192.0.2.7`, `10.1.0.0/16`) of the proxies that `trustProxy` means. Empty: the one that connects, where it is on loopback or a private network; list them where there are several in a row.',
      default: [],
      maxItems: 32,
      'x-expect': 'a list of IP addresses or networks such as 10.1.0.0/16',
      'x-restart': 'server',
    }),
    names: Type.Array(Type.String({ pattern: '^[A-Za-z0-9._-]{1,253}$' }), {
      title: 'Names',
      description:
        'Names that requests may call the recorder by (`nvr.example`), besides `localhost` and its addresses; others are refused (421). Empty: any name. Listing them keeps web pages that point a name of their own at the recorder from even trying passwords.',
      default: [],
      maxItems: 32,
      'x-expect': 'a list of host names without port',
      'x-restart': 'server',
    }),
    corsOrigins: Type.Array(Type.String({ pattern: '^https?://[^/\\s*]+$', maxLength: 300 }), {
      title: 'Origins',
      description: 'Origins (`https://home.example:8123`) whose web pages may use the API from a browser. Empty: none but its own.',
      default: [],
      maxItems: 32,
      'x-expect': 'a list of origins such as https://home.example:8123',
      'x-restart': 'server',
    }),
    maxBodyBytes: limit('Largest body', 'Bytes that the body of a request may have.', { default: 256 * 1024, minimum: 1024, maximum: 16 * 1024 * 1024 }),
    requestsPerMinute: limit('Requests per minute', 'Requests that one address may send in a minute; streams are not counted here.', {
      default: 30_000,
      minimum: 60,
      maximum: 10_000_000,
    }),
    maxConnections: limit('Connections', 'Connections at a time; one address may have three quarters of them.', {
      default: 1024,
      minimum: 16,
      maximum: 65_536,
    }),
    maxStreams: limit('Streams', 'Videos, picture streams and WebSockets at a time.', { default: 400, minimum: 1, maximum: 32_768 }),
    maxStreamsPerAddress: limit('Streams of one address', 'Videos, picture streams and WebSockets of one address at a time.', {
      default: 200,
      minimum: 1,
      maximum: 32_768,
    }),
    stalledSeconds: limit('Stalled readers', 'Seconds in which somebody may read nothing of what was sent, before the connection is closed.', {
      default: 60,
      minimum: 5,
      maximum: 3600,
    }),
  },
);
