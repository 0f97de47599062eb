// `mqtt`: the broker the recorder talks to, or is.
import * as Type from 'typebox';
import { section } from './field.ts';

const tlsFile = (title: string, description: string, example: string) =>
  Type.Optional(Type.String({ title, description, minLength: 1, 'x-example': example, 'x-restart': 'server' }));

/** `mqtt`. */
export const mqttSchema = section(
  { title: 'MQTT', description: 'Publishes cameras and events. Absent: no MQTT.', 'x-restart': 'server' },
  {
    broker: Type.String({
      title: 'Broker',
      description: 'URL of a broker, or `embedded` to run one inside the recorder.',
      default: 'mqtt://localhost:1883',
      minLength: 1,
      'x-expect': '"embedded" or a URL that begins with mqtt://, mqtts://, ws:// or wss://',
      'x-restart': 'server',
    }),
    listen: Type.String({
      title: 'Address of the embedded broker',
      description: 'HOST:PORT the embedded broker listens on. Beyond loopback it needs `username` and `password`; without them nobody can log in.',
      default: '127.0.0.1:1883',
      pattern: '^(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9.-]+):[0-9]{1,5}$',
      'x-expect': 'HOST:PORT such as 127.0.0.1:1883',
      'x-restart': 'server',
    }),
    base: Type.String({
      title: 'Base topic',
      description: 'What every topic begins with; may have several levels. Recorders of one home share it.',
      default: 'nightjar',
      pattern: '^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$',
      maxLength: 100,
      'x-expect': 'levels of letters, digits, "_" and "-" with "/" between them',
      'x-restart': 'server',
    }),
    clientId: Type.Optional(
      Type.String({
        title: 'Client id',
        description: 'How the recorder names itself to the broker; two clients with one id throw each other out. Absent: `nightjar-` and the server id.',
        minLength: 1,
        maxLength: 128,
        'x-example': 'nightjar-rec1',
        'x-restart': 'server',
      }),
    ),
    username: Type.Optional(
      Type.String({
        title: 'User name',
        description: 'User name at the broker; of the embedded one: what others log in with. Absent: none is sent.',
        minLength: 1,
        'x-example': 'recorder',
        'x-restart': 'server',
      }),
    ),
    password: Type.Optional(
      Type.String({
        title: 'Password',
        description: 'Password at the broker; best as `${MQTT_PASSWORD}` or `${file:/run/secrets/mqtt}`. Absent: none is sent.',
        minLength: 1,
        'x-secret': true,
        'x-example': '${MQTT_PASSWORD}',
        'x-restart': 'server',
      }),
    ),
    tls: section(
      { title: 'TLS', description: "PEM files for mqtts:// and wss:// where the system's certificates do not do.", default: {}, 'x-restart': 'server' },
      {
        ca: tlsFile('Authority', "File with the authority that signed the broker's certificate. Absent: the authorities of the system.", 'tls/ca.pem'),
        cert: tlsFile('Certificate', "File with the recorder's own certificate; needs `key`. Absent: none is shown.", 'tls/client.pem'),
        key: tlsFile('Key', "File with the key of the recorder's own certificate; needs `cert`. Absent: none.", 'tls/client-key.pem'),
      },
    ),
    homeAssistant: section(
      {
        title: 'Home Assistant',
        description: 'Discovery, so that cameras appear in Home Assistant by themselves. Has no effect yet.',
        default: {},
        'x-restart': 'server',
      },
      {
        enabled: Type.Boolean({ title: 'Discovery', description: 'Whether discovery messages are published.', default: true, 'x-restart': 'server' }),
        prefix: Type.String({
          title: 'Discovery prefix',
          description: 'Topic prefix Home Assistant listens on.',
          default: 'homeassistant',
          pattern: '^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$',
          maxLength: 100,
          'x-expect': 'levels of letters, digits, "_" and "-" with "/" between them',
          'x-restart': 'server',
        }),
      },
    ),
  },
);
