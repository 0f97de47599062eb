// `mqtt`: the broker the recorder talks to, or is.
import * as Type from 'typebox';
import { ADDRESS_OR_NETWORK, section } from './field.ts';

const tlsFile = (title: string, description: string, example: string) =>
  Type.Optional(Type.String({ title, description, minLength: 1, 'x-example': example, 'x-restart': 'server' }));

const LISTEN_PATTERN = '^(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9.-]+):[0-9]{1,5}$';

/** Levels with `/` between them; `+` is one, `#` at the end all below; none begins with `$`. */
const FILTER_PATTERN = '^(?!\\$)(?:(?:[^/#+]*|\\+)/)*(?:[^/#+]*|\\+|#)$';

const limit = (title: string, description: string, range: { readonly default: number; readonly minimum: number; readonly maximum: number }) =>
  Type.Integer({ title, description, ...range, 'x-restart': 'server' });

const seconds = (title: string, description: string, range: { readonly default: number; readonly minimum: number; readonly maximum: number }) =>
  Type.Number({ title, description, ...range, 'x-restart': 'server' });

const flag = (title: string, description: string, value: boolean) => Type.Boolean({ title, description, default: value, 'x-restart': 'server' });

const filters = (title: string, description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 500, pattern: FILTER_PATTERN }), {
      title,
      description,
      maxItems: 100,
      'x-expect': 'a list of topic filters such as nightjar/camera/porch/#',
      'x-restart': 'server',
    }),
  );

/** One entry of `mqtt.users`. */
const userSchema = section(
  { title: 'Account', description: 'Somebody who may log in to the embedded broker.', 'x-restart': 'server' },
  {
    name: Type.String({ title: 'Name', description: 'User name to log in with.', minLength: 1, maxLength: 128, 'x-restart': 'server' }),
    password: Type.String({
      title: 'Password',
      description: 'A hash that `nightjar mqtt-password` printed, or the password itself; best as `${MQTT_WALL}` or `${file:/run/secrets/wall}`.',
      minLength: 1,
      'x-secret': true,
      'x-restart': 'server',
    }),
    access: Type.Enum(['read', 'control'], {
      title: 'Access',
      description: '`read` only reads; `control` may also send commands and use topics outside the base.',
      default: 'read',
      'x-restart': 'server',
    }),
    acl: section(
      {
        title: 'Topics',
        description: 'Narrows the access to the topics of filters with `+` and `#`. Topics that begin with `$` are never passed on.',
        default: {},
        'x-restart': 'server',
      },
      {
        read: filters('Read', 'Topics that may be read. Absent: all.'),
        write: filters('Write', 'Topics that may be written, as far as `control` allows it. Absent: all of those.'),
      },
    ),
  },
);

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
      description: 'HOST:PORT the embedded broker listens on. Beyond loopback it needs `users`, or `username` and `password`; without them nobody can log in.',
      default: '127.0.0.1:1883',
      pattern: LISTEN_PATTERN,
      'x-expect': 'HOST:PORT such as 127.0.0.1:1883',
      'x-restart': 'server',
    }),
    listenTls: Type.Optional(
      Type.String({
        title: 'TLS address of the embedded broker',
        description: 'HOST:PORT the embedded broker listens on with TLS (1.2 or newer), beside `listen`. Absent: nowhere.',
        pattern: LISTEN_PATTERN,
        'x-expect': 'HOST:PORT such as 0.0.0.0:8883',
        'x-example': '0.0.0.0:8883',
        'x-restart': 'server',
      }),
    ),
    serverTls: section(
      {
        title: 'TLS of the embedded broker',
        description: 'PEM files of `listenTls`; renewed ones are noticed within a minute.',
        default: {},
        'x-restart': 'server',
      },
      {
        cert: tlsFile('Certificate', 'File with the certificate and its chain; needs `key`. Absent: those of `http.tls`.', 'tls/broker.pem'),
        key: tlsFile('Key', 'File with the key of the certificate; needs `cert`. Absent: that of `http.tls`.', 'tls/broker-key.pem'),
        clientCa: tlsFile(
          "Clients' authority",
          'File with the authority of client certificates: each client needs one of it then, besides name and password. Absent: none is asked for.',
          'tls/clients-ca.pem',
        ),
      },
    ),
    users: Type.Array(userSchema, {
      title: 'Accounts',
      description: 'Who may log in to the embedded broker, besides `username`. A change that is read again disconnects only those it is about.',
      default: [],
      maxItems: 200,
      'x-restart': 'server',
    }),
    allow: Type.Array(Type.String({ pattern: ADDRESS_OR_NETWORK }), {
      title: 'Allowed',
      description: 'Addresses or networks (`192.0.2.7`, `10.1.0.0/16`) whose clients the embedded broker takes. Empty: all.',
      default: [],
      maxItems: 64,
      'x-expect': 'a list of IP addresses or networks such as 10.1.0.0/16',
      'x-restart': 'server',
    }),
    limits: section(
      { title: 'Limits of the embedded broker', description: 'How much of the embedded broker anybody may use.', default: {}, 'x-restart': 'server' },
      {
        connections: limit('Connections', 'Connections at a time.', { default: 100, minimum: 2, maximum: 10_000 }),
        packetBytes: limit('Largest packet', 'Bytes of a packet; a larger one ends the connection.', {
          default: 1024 * 1024,
          minimum: 1024,
          maximum: 64 * 1024 * 1024,
        }),
        topicLevels: limit('Levels', 'Levels of a topic; more end the connection.', { default: 20, minimum: 6, maximum: 100 }),
        keepAliveSeconds: limit('Keep-alive', 'Longest keep-alive in seconds; a longer one is cut (MQTT 5) or refused (3.1.1).', {
          default: 3600,
          minimum: 10,
          maximum: 65_535,
        }),
        subscriptions: limit('Subscriptions', 'Filters that one client may have subscribed to.', { default: 200, minimum: 1, maximum: 10_000 }),
        queuedMessages: limit('Queued messages', 'Messages of QoS 1 and 2 that wait for a client with a session (MQTT 5); newer ones are lost to it.', {
          default: 5000,
          minimum: 1,
          maximum: 100_000,
        }),
        unreadBytes: limit(
          'Unread bytes',
          'Bytes that wait for one client that reads slowly; beyond, messages of QoS 0 are left out, and with one of QoS 1 it is disconnected. The most of its queue, too.',
          { default: 16 * 1024 * 1024, minimum: 64 * 1024, maximum: 128 * 1024 * 1024 },
        ),
        retainedBytes: limit('Retained bytes', 'Bytes retained of all clients; beyond, messages are passed on and not kept.', {
          default: 16 * 1024 * 1024,
          minimum: 1024,
          maximum: 256 * 1024 * 1024,
        }),
        retainedTopics: limit('Retained topics', 'Topics on which messages of clients are retained.', { default: 10_000, minimum: 1, maximum: 100_000 }),
        publishesPerSecond: limit(
          'Messages per second',
          'Messages that one client may publish in a second, each 64 KiB counting as one more; what it sends beyond is read later.',
          { default: 500, minimum: 1, maximum: 1_000_000 },
        ),
      },
    ),
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
        description: 'User name at the broker; at the embedded one an account with the access `control`. Absent: none is sent.',
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
      {
        title: 'TLS',
        description: "PEM files for mqtts:// and wss:// where the system's certificates do not do; they are read at each connection.",
        default: {},
        'x-restart': 'server',
      },
      {
        ca: tlsFile('Authority', "File with the authority that signed the broker's certificate. Absent: the authorities of the system.", 'tls/ca.pem'),
        cert: tlsFile('Certificate', "File with the recorder's own certificate; needs `key`. Absent: none is shown.", 'tls/client.pem'),
        key: tlsFile('Key', "File with the key of the recorder's own certificate; needs `cert`. Absent: none.", 'tls/client-key.pem'),
      },
    ),
    publish: section(
      { title: 'What is published', description: 'How much, how often and how large.', default: {}, 'x-restart': 'server' },
      {
        statsSeconds: seconds('Statistics', 'Seconds between statistics of the recorder and its cameras.', { default: 30, minimum: 1, maximum: 3600 }),
        eventUpdates: flag('Updates of events', 'Whether what changes while an event is open is published, at most once a second.', true),
        snapshots: flag('Pictures of events', 'Whether the best picture of each event is published on `snapshot`.', true),
        pictureWidth: limit('Width of pictures', 'Pixels; pictures are never made larger than the camera sends them.', {
          default: 640,
          minimum: 80,
          maximum: 4096,
        }),
        pictureMaxBytes: limit('Size of pictures', 'Bytes of a picture at most; narrower ones are tried until one fits.', {
          default: 100_000,
          minimum: 2000,
          maximum: 1024 * 1024,
        }),
        previewSeconds: Type.Optional(
          Type.Number({
            title: 'Preview',
            description: 'Publishes every camera on `preview` each so many seconds. Absent: only while somebody asks for it with `preview/set`.',
            minimum: 1,
            maximum: 3600,
            'x-example': '10',
            'x-restart': 'server',
          }),
        ),
        previewMaxFps: seconds('Fastest preview', 'Pictures a second that `preview/set` may ask for.', { default: 5, minimum: 0.1, maximum: 30 }),
        previewMaxSeconds: limit('Longest preview', 'Seconds for which one `preview/set` is good.', { default: 300, minimum: 1, maximum: 86_400 }),
        previewMaxCameras: limit('Previews at once', 'Cameras whose preview may be asked for at the same time.', { default: 8, minimum: 1, maximum: 500 }),
      },
    ),
    allowRestart: flag('Restart', 'Whether `cmd/restart` ends the recorder, so that the service manager starts it again.', false),
    homeAssistant: section(
      {
        title: 'Home Assistant',
        description: 'Discovery, so that cameras appear in Home Assistant by themselves.',
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
