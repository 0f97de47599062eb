// `triggers`: where ZoneMinder's trigger lines are taken.
import * as Type from 'typebox';
import { section, sectionOrNull, textOrNull } from './field.ts';

/** `triggers`. */
export const triggersSchema = section(
  {
    title: 'Triggers',
    description: "Where trigger lines in ZoneMinder's format are taken. Has no effect yet: triggers come over HTTP, lines with a later version.",
    'x-restart': 'server',
    default: {},
  },
  {
    socket: textOrNull({
      title: 'Socket',
      description: 'Unix socket, relative to this file. null: none.',
      default: 'data/zmtrigger.sock',
      minLength: 1,
      'x-restart': 'server',
    }),
    tcp: sectionOrNull(
      { title: 'TCP', description: 'A TCP port for triggers from other machines. null: none.', default: null, 'x-restart': 'server' },
      {
        host: Type.String({
          title: 'Address',
          description: 'Address to listen on.',
          default: '127.0.0.1',
          minLength: 1,
          maxLength: 255,
          'x-restart': 'server',
        }),
        port: Type.Integer({ title: 'Port', description: 'TCP port to listen on.', default: 6802, minimum: 0, maximum: 65_535, 'x-restart': 'server' }),
        token: Type.Optional(
          Type.String({
            title: 'Token',
            description: 'What a client must send first. Absent: whoever reaches the port may trigger.',
            minLength: 8,
            'x-secret': true,
            'x-example': '${TRIGGER_TOKEN}',
            'x-restart': 'server',
          }),
        ),
      },
    ),
  },
);
