// One entry of `triggers.schedule`: a signal that comes by itself, at times of the day.
import * as Type from 'typebox';
import { ID_PATTERN } from '../../model/ids.ts';
import { ONE_LINE_PATTERN, section } from './field.ts';

/** Characters of a cause or text; as over HTTP. */
const MOST_TEXT = 255;

const words = (title: string, description: string, example: string) =>
  Type.Optional(
    Type.String({
      title,
      description,
      maxLength: MOST_TEXT,
      pattern: ONE_LINE_PATTERN,
      'x-expect': `a line of at most ${MOST_TEXT} characters`,
      'x-example': example,
      'x-restart': 'none',
    }),
  );

/** `triggers.schedule[]`. */
export const scheduleSchema = section(
  { title: 'Planned signal', description: 'A signal that comes at times of the day, in the time zone of the recorder.', 'x-restart': 'none' },
  {
    name: Type.String({
      title: 'Name',
      description: 'Who signals, as events and the log say it: the source `schedule NAME`.',
      pattern: ID_PATTERN,
      'x-expect': 'lower-case letters, digits, "_" and "-", at most 48',
      'x-restart': 'none',
    }),
    cameras: Type.Array(Type.String({ pattern: ID_PATTERN, 'x-restart': 'none' }), {
      title: 'Cameras',
      description: 'Ids of the cameras it is for.',
      minItems: 1,
      maxItems: 500,
      'x-expect': 'a list of ids of cameras',
      'x-restart': 'none',
    }),
    times: Type.Array(Type.String({ pattern: '^([01]?[0-9]|2[0-3]):[0-5][0-9]$', 'x-expect': 'a time such as "07:30"', 'x-restart': 'none' }), {
      title: 'Times',
      description: 'Times of the day, in quotes: `["07:30", "22:00"]`.',
      default: [],
      maxItems: 96,
      'x-expect': 'a list of times such as "07:30"',
      'x-restart': 'none',
    }),
    weekdays: Type.Array(Type.Enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], { 'x-restart': 'none' }), {
      title: 'Weekdays',
      description: 'The days on which `times` count. Empty: every day.',
      default: [],
      maxItems: 7,
      'x-expect': 'a list of mon, tue, wed, thu, fri, sat and sun',
      'x-restart': 'none',
    }),
    cron: Type.Optional(
      Type.String({
        title: 'Cron',
        description: 'Instead of `times`: minute, hour, day of the month, month and day of the week, as crontab takes them. Absent: `times` say when.',
        minLength: 1,
        maxLength: 200,
        'x-example': '"0 22 * * 1-5"',
        'x-restart': 'none',
      }),
    ),
    action: Type.Enum(['pulse', 'on', 'off', 'cancel'], {
      title: 'Action',
      description: '`pulse` raises an alarm that ends, `on` one that lasts until a `cancel` of the same name, `off` forbids alarms, `cancel` takes any back.',
      default: 'pulse',
      'x-restart': 'none',
    }),
    durationSeconds: Type.Optional(
      Type.Number({
        title: 'Duration',
        description: 'Seconds after which it is over. Absent: a `pulse` lasts as long as `pulseSeconds`, the others last.',
        minimum: 0.1,
        maximum: 86_400,
        'x-example': '60',
        'x-restart': 'none',
      }),
    ),
    score: Type.Number({ title: 'Score', description: 'Score of the event.', default: 100, minimum: 0, maximum: 100, 'x-restart': 'none' }),
    cause: words('Cause', 'Why, in a word. Absent: `Schedule`.', 'Round'),
    text: words('Text', 'Why, in a sentence. Absent: nothing.', 'Evening round'),
    showText: words('Shown text', 'To be drawn on pictures meanwhile. Absent: nothing.', 'ROUND'),
  },
);
