// `triggers`: how signals from outside are taken, and where lines in ZoneMinder's format are.
import * as Type from 'typebox';
import { ADDRESS_OR_NETWORK, section, sectionOrNull, textOrNull } from './field.ts';
import { scheduleSchema } from './schedule.ts';

/** `triggers`. */
export const triggersSchema = section(
  {
    title: 'Triggers',
    description: "How signals from outside are taken, and where trigger lines in ZoneMinder's format are.",
    'x-restart': 'server',
    default: {},
  },
  {
    socket: textOrNull({
      title: 'Socket',
      description: 'Unix socket for trigger lines, relative to this file; for the user of the recorder and its group. null: none.',
      default: 'data/zmtrigger.sock',
      minLength: 1,
      'x-restart': 'server',
    }),
    tcp: sectionOrNull(
      { title: 'TCP', description: 'A TCP port for trigger lines. null: none.', default: null, 'x-restart': 'server' },
      {
        host: Type.String({
          title: 'Address',
          description: 'Address to listen on. Beyond loopback `token` or `allow` is needed.',
          default: '127.0.0.1',
          minLength: 1,
          maxLength: 255,
          'x-restart': 'server',
        }),
        port: Type.Integer({ title: 'Port', description: 'TCP port to listen on.', default: 6802, minimum: 0, maximum: 65_535, 'x-restart': 'server' }),
        token: Type.Optional(
          Type.String({
            title: 'Token',
            description: 'What a client must send as its first line. Absent: whoever reaches the port may trigger.',
            minLength: 8,
            'x-secret': true,
            'x-example': '${TRIGGER_TOKEN}',
            'x-restart': 'server',
          }),
        ),
        allow: Type.Array(Type.String({ pattern: ADDRESS_OR_NETWORK }), {
          title: 'Allowed',
          description: 'Addresses or networks (`192.0.2.7`, `10.1.0.0/16`) that may connect. Empty: all.',
          default: [],
          maxItems: 64,
          'x-expect': 'a list of IP addresses or networks such as 10.1.0.0/16',
          'x-restart': 'server',
        }),
      },
    ),
    lines: section(
      { title: 'Lines', description: 'How much is taken from the socket and the port.', default: {}, 'x-restart': 'server' },
      {
        connections: Type.Integer({
          title: 'Connections',
          description: 'Clients of the socket, and of the port, that are heard at once. Further ones wait for ten seconds, then they are sent away.',
          default: 256,
          minimum: 1,
          maximum: 10_000,
          'x-restart': 'server',
        }),
        bytes: Type.Integer({
          title: 'Bytes',
          description: 'Longest line. Longer ones are left out.',
          default: 8192,
          minimum: 64,
          maximum: 65_536,
          'x-restart': 'server',
        }),
        perSecond: Type.Integer({
          title: 'Lines a second',
          description: "Of one client, after ten seconds' worth at once. What comes faster is read later.",
          default: 50,
          minimum: 1,
          maximum: 10_000,
          'x-restart': 'server',
        }),
        totalPerSecond: Type.Integer({
          title: 'Lines a second of all',
          description: "Of all clients together, after ten seconds' worth at once. What comes faster is read later.",
          default: 200,
          minimum: 1,
          maximum: 10_000,
          'x-restart': 'server',
        }),
      },
    ),
    schedule: Type.Array(scheduleSchema, {
      title: 'Schedule',
      description: 'Signals that come by themselves, at times of the day.',
      default: [],
      maxItems: 200,
      'x-restart': 'none',
    }),
    pulseSeconds: Type.Number({
      title: 'Pulse',
      description: 'How long the alarm of a `pulse` lasts that says nothing else.',
      default: 10,
      minimum: 0.1,
      maximum: 86_400,
      'x-restart': 'none',
    }),
    debounceMs: Type.Integer({
      title: 'De-bounce',
      description:
        'A `cancel` counts when its source has said no `on` for so long; an `on` counts at once. For contacts that bounce. 0: `cancel` counts at once.',
      default: 0,
      minimum: 0,
      maximum: 60_000,
      'x-restart': 'none',
    }),
    maxPerSecond: Type.Integer({
      title: 'Signals a second',
      description: "Signals over HTTP and MQTT that are taken of one source, after ten seconds' worth at once. Further ones are refused.",
      default: 50,
      minimum: 1,
      maximum: 10_000,
      'x-restart': 'none',
    }),
  },
);
