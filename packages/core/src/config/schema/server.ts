// `server` and `log`: who this recorder is and how much it says.
import * as Type from 'typebox';
import { ID_PATTERN } from '../../model/ids.ts';
import { ONE_LINE_PATTERN, section } from './field.ts';

/** `server`. */
export const serverSchema = section(
  { title: 'Server', description: 'Who this recorder is, to other recorders and to MQTT.', 'x-restart': 'server', default: {} },
  {
    id: Type.Optional(
      Type.String({
        title: 'Server id',
        description: 'Name of this recorder in MQTT topics and in the database; changing it makes a new server of it. Absent: the host name, lower-cased.',
        pattern: ID_PATTERN,
        'x-expect': 'lower-case letters, digits, "_" and "-", at most 48',
        'x-example': 'rec1',
        'x-restart': 'server',
      }),
    ),
    name: Type.Optional(
      Type.String({
        title: 'Server name',
        description: 'What people see. Absent: the id.',
        minLength: 1,
        maxLength: 100,
        pattern: ONE_LINE_PATTERN,
        'x-expect': 'a text of 1 to 100 characters without control characters',
        'x-example': 'Recorder 1',
        'x-restart': 'server',
      }),
    ),
  },
);

/** `log`. */
export const logSchema = section(
  { title: 'Log', description: 'What the recorder writes to standard error.', 'x-restart': 'none', default: {} },
  {
    level: Type.Enum(['debug', 'info', 'warn', 'error'], {
      title: 'Log level',
      description: 'Lines below this level are left out. `--log-level` overrides it.',
      default: 'info',
      'x-restart': 'none',
    }),
  },
);
