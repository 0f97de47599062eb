// `http`: where the API and the pages are served.
import * as Type from 'typebox';
import { section, sectionOrNull } from './field.ts';

/** `http`. */
export const httpSchema = section(
  { title: 'HTTP', description: 'Where HTTP is served: health now; an API and pages come with a later version.', 'x-restart': 'server', default: {} },
  {
    host: Type.String({
      title: 'Address',
      description:
        'Address to listen on: a loopback address for this machine only, 0.0.0.0 for everybody who reaches it. Beyond loopback an account must be there first (`nightjar user add`), and passwords cross the network readable unless `tls` or a proxy encrypts them. Requests that call the recorder by another name than this, a loopback name or an address of this machine are refused (421).',
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
      { title: 'TLS', description: 'Certificate and key to serve HTTPS with. null: plain HTTP. Has no effect yet.', default: null, 'x-restart': 'server' },
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
        'Whether `X-Forwarded-*` headers are believed. Has no effect yet. Only behind a reverse proxy that sets them, else clients can claim any address.',
      default: false,
      'x-restart': 'server',
    }),
  },
);
