// One entry of `cameras`: where its video comes from and what is done with it.
import * as Type from 'typebox';
import { ID_PATTERN } from '../../model/ids.ts';
import { ONE_LINE_PATTERN, type Restart, section } from './field.ts';
import { zoneSchema } from './zone.ts';

const SOURCE_EXPECT = 'a URL that begins with rtsp, rtsps, http, https, file, v4l2 or synthetic';

const seconds = (
  title: string,
  description: string,
  range: { readonly default: number; readonly minimum: number; readonly maximum: number; readonly restart: Restart },
) => {
  const { restart, ...limits } = range;
  return Type.Number({ title, description, ...limits, 'x-restart': restart });
};

const detectSchema = section(
  { title: 'Detection', description: 'What motion analysis looks at.', default: {}, 'x-restart': 'camera' },
  {
    source: Type.Optional(
      Type.String({
        title: 'Detection source',
        description: 'A smaller stream of the same camera; decoding it costs far less. Absent: the main stream.',
        minLength: 1,
        'x-expect': SOURCE_EXPECT,
        'x-example': 'rtsp://user:${PORCH_PASSWORD}@192.0.2.10/sub',
        'x-restart': 'camera',
      }),
    ),
    mode: Type.Enum(['continuous', 'keyframes', 'off'], {
      title: 'Mode',
      description:
        'continuous decodes every frame; keyframes decodes only key frames until something may move, which is far cheaper and reacts later; off analyses nothing.',
      default: 'continuous',
      'x-later': { auto: 'choosing the mode by itself is not available yet' },
      'x-restart': 'camera',
    }),
    fps: Type.Number({
      title: 'Analysed frames',
      description: 'Frames analysed per second while nothing moves; every frame is analysed while something may.',
      default: 5,
      minimum: 0.1,
      maximum: 60,
      'x-restart': 'analysis',
    }),
  },
);

/** `cameras[]`. */
export const cameraSchema = section(
  { title: 'Camera', description: 'Where video comes from and what is done with it.', 'x-restart': 'camera' },
  {
    id: Type.String({
      title: 'Camera id',
      description: 'Name of the camera in addresses, topics and directories; another id is another camera.',
      pattern: ID_PATTERN,
      'x-expect': 'lower-case letters, digits, "_" and "-", at most 48',
      'x-example': 'porch',
      'x-restart': 'camera',
    }),
    name: Type.Optional(
      Type.String({
        title: 'Name',
        description: 'What people see. Absent: the id.',
        minLength: 1,
        maxLength: 100,
        pattern: ONE_LINE_PATTERN,
        'x-expect': 'a text of 1 to 100 characters without control characters',
        'x-example': 'Front porch',
        'x-restart': 'none',
      }),
    ),
    source: Type.String({
      title: 'Source',
      description:
        'Stream that is recorded: rtsp(s)://, http(s):// (MJPEG or JPEG), file:PATH, v4l2:/dev/video0 or synthetic:NAME. Passwords are best written as ${NAME}.',
      minLength: 1,
      'x-expect': SOURCE_EXPECT,
      'x-example': 'rtsp://user:${PORCH_PASSWORD}@192.0.2.10/main',
      'x-restart': 'camera',
    }),
    detect: detectSchema,
    function: Type.Enum(['none', 'monitor', 'modect', 'record', 'mocord', 'nodect'], {
      title: 'Function',
      description:
        'none: off; monitor: live only; modect: record on motion; record: always; mocord: always, and motion marks events; nodect: record on triggers only.',
      default: 'modect',
      'x-restart': 'analysis',
    }),
    preRollSeconds: seconds('Pre-roll', 'Seconds kept from before the cause of an event; held in memory.', {
      default: 5,
      minimum: 0,
      maximum: 300,
      restart: 'none',
    }),
    postRollSeconds: seconds('Post-roll', 'Seconds recorded after the last alarm; new motion within it extends the event.', {
      default: 5,
      minimum: 0,
      maximum: 3600,
      restart: 'analysis',
    }),
    sectionLengthSeconds: seconds('Section length', 'Seconds after which a continuous recording begins a new event. 0: never.', {
      default: 600,
      minimum: 0,
      maximum: 86_400,
      restart: 'none',
    }),
    alarmFrameCount: Type.Integer({
      title: 'Alarm frames',
      description: 'Analysed frames with motion in a row before it counts. Higher ignores flicker and starts later.',
      default: 2,
      minimum: 1,
      maximum: 100,
      'x-restart': 'analysis',
    }),
    eventPrefix: Type.String({
      title: 'Event prefix',
      description: 'What names of events begin with; the number follows.',
      default: 'Event-',
      maxLength: 64,
      pattern: ONE_LINE_PATTERN,
      'x-expect': 'a text of at most 64 characters without control characters',
      'x-restart': 'none',
    }),
    frameSkip: Type.Integer({
      title: 'Frame skip',
      description: 'Frames left out between two kept ones, of sources encoded here and of pictures; video of other sources is stored whole.',
      default: 0,
      minimum: 0,
      maximum: 1000,
      'x-restart': 'camera',
    }),
    fpsReportInterval: Type.Integer({
      title: 'FPS report interval',
      description: 'Frames between two reports of the frame rate in the log.',
      default: 1000,
      minimum: 1,
      maximum: 1_000_000,
      'x-restart': 'none',
    }),
    defaultScale: Type.Integer({
      title: 'Default scale',
      description: 'Percent of its size a view opens with. 0: fits the window. Has no effect until there are pages.',
      default: 100,
      minimum: 0,
      maximum: 400,
      'x-restart': 'none',
    }),
    webColour: Type.String({
      title: 'Web colour',
      description: 'Colour of the camera in charts and timelines. Has no effect until there are pages.',
      default: '#c0392b',
      pattern:
        '^(#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})|aqua|black|blue|brown|cyan|fuchsia|gray|green|lime|magenta|maroon|navy|olive|orange|pink|purple|red|silver|teal|white|yellow)$',
      'x-expect': 'a colour such as "#c0392b" or red',
      'x-restart': 'none',
    }),
    exif: Type.Boolean({ title: 'EXIF', description: 'Whether pictures carry the time of capture as EXIF.', default: false, 'x-restart': 'none' }),
    audio: Type.Boolean({ title: 'Audio', description: 'Whether sound is recorded where the camera sends it.', default: true, 'x-restart': 'camera' }),
    recordPictures: Type.Boolean({
      title: 'Record pictures',
      description: 'Whether each event also keeps JPEG pictures, one of every `frameSkip` + 1 frames. Costs much space and decoding.',
      default: false,
      'x-restart': 'none',
    }),
    zones: Type.Array(zoneSchema, {
      title: 'Zones',
      description: 'Parts of the picture and what movement in them means.',
      default: [{ id: 'all', kind: 'active' }],
      maxItems: 64,
      'x-restart': 'analysis',
    }),
    connectTimeoutSeconds: seconds('Connect timeout', 'Seconds to wait for the first picture before connecting again.', {
      default: 10,
      minimum: 0.5,
      maximum: 300,
      restart: 'camera',
    }),
    stallTimeoutSeconds: seconds('Stall timeout', 'Seconds without a picture before connecting again.', {
      default: 10,
      minimum: 0.5,
      maximum: 300,
      restart: 'camera',
    }),
    preRollMaxMiB: Type.Integer({
      title: 'Pre-roll memory',
      description: 'MiB of memory the pre-roll may take; beyond it the pre-roll gets shorter.',
      default: 64,
      minimum: 1,
      maximum: 4096,
      'x-restart': 'none',
    }),
    area: Type.Optional(
      Type.String({
        title: 'Storage area',
        description: 'Id of the storage area its events go to. Absent: the one with most room.',
        minLength: 1,
        'x-example': 'default',
        'x-restart': 'none',
      }),
    ),
  },
);
