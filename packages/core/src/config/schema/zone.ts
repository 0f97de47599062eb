// One entry of `cameras[].zones`: a part of the picture and what movement in it means.
import * as Type from 'typebox';
import { ID_PATTERN } from '../../model/ids.ts';
import { section } from './field.ts';

const percent = (title: string, description: string) =>
  Type.Optional(
    Type.Number({ title, description: `${description} Percent of the zone's area. Absent or 0: no limit.`, minimum: 0, maximum: 100, 'x-restart': 'analysis' }),
  );

const count = (title: string, description: string) =>
  Type.Optional(Type.Integer({ title, description: `${description} Absent or 0: no limit.`, minimum: 0, maximum: 254, 'x-restart': 'analysis' }));

const filterSide = (title: string) =>
  Type.Integer({
    title,
    description: 'Pixels; changed pixels count only inside a whole block of this size. 1 filters nothing.',
    default: 3,
    minimum: 1,
    maximum: 15,
    'x-restart': 'analysis',
  });

/** `cameras[].zones[].thresholds`. */
export const thresholdsSchema = section(
  { title: 'Thresholds', description: "ZoneMinder's numbers, for experts; they replace `sensitivity`. Absent: sensitivity decides.", 'x-restart': 'analysis' },
  {
    checkMethod: Type.Enum(['alarmedPixels', 'filteredPixels', 'blobs'], {
      title: 'Check method',
      description: 'How far the check goes before it scores; later ones see less noise and cost more.',
      default: 'blobs',
      'x-restart': 'analysis',
    }),
    minPixelThreshold: Type.Integer({
      title: 'Least change of a pixel',
      description: 'Levels of brightness (0…255) a pixel must change by more than to count.',
      default: 25,
      minimum: 0,
      maximum: 255,
      'x-restart': 'analysis',
    }),
    maxPixelThreshold: Type.Optional(
      Type.Integer({
        title: 'Most change of a pixel',
        description: 'Levels of brightness (0…255) beyond which a pixel does not count. Absent or 0: no limit.',
        minimum: 0,
        maximum: 255,
        'x-restart': 'analysis',
      }),
    ),
    minAlarmPixels: percent('Least changed', 'Less changed area does not alarm.'),
    maxAlarmPixels: percent('Most changed', 'More changed area does not alarm and starts the overload.'),
    filterX: filterSide('Filter width'),
    filterY: filterSide('Filter height'),
    minFilterPixels: percent('Least filtered', 'Less area after filtering does not alarm.'),
    maxFilterPixels: percent('Most filtered', 'More area after filtering does not alarm and starts the overload.'),
    minBlobPixels: percent('Smallest blob', 'Smaller blobs are dropped.'),
    maxBlobPixels: percent('Largest blob', 'Larger blobs are dropped.'),
    minBlobs: count('Fewest blobs', 'Fewer blobs do not alarm.'),
    maxBlobs: count('Most blobs', 'More blobs do not alarm and start the overload.'),
  },
);

const coordinate = (title: string, description: string) => Type.Number({ title, description, minimum: 0, maximum: 1, 'x-restart': 'analysis' });

/** `cameras[].zones[]`. */
export const zoneSchema = section(
  { title: 'Zone', description: 'A part of the picture and what movement in it means.', 'x-restart': 'analysis' },
  {
    id: Type.String({
      title: 'Zone id',
      description: 'Name of the zone, unique within its camera; events list it.',
      pattern: ID_PATTERN,
      'x-expect': 'lower-case letters, digits, "_" and "-", at most 48',
      'x-restart': 'analysis',
    }),
    kind: Type.Enum(['active', 'inclusive', 'exclusive', 'preclusive', 'inactive', 'privacy'], {
      title: 'Kind',
      description:
        'active alarms by itself; inclusive adds to an active one; exclusive alarms only while no active one does; preclusive silences all others; inactive is ignored; privacy is ignored, and will be blacked out in pictures by a later version.',
      default: 'active',
      'x-restart': 'analysis',
    }),
    polygon: Type.Optional(
      Type.Array(
        section(
          { title: 'Corner', description: 'A corner of the polygon.', 'x-restart': 'analysis' },
          { x: coordinate('Across', '0 (left) to 1 (right).'), y: coordinate('Down', '0 (top) to 1 (bottom).') },
        ),
        {
          title: 'Polygon',
          description: 'Corners in order, without repeating the first. Absent: the whole picture.',
          minItems: 3,
          'x-expect': 'a list of 3 to 100 corners such as {x: 0, y: 0.5}',
          maxItems: 100,
          'x-example': '[{x: 0, y: 0}, {x: 1, y: 0}, {x: 1, y: 0.2}]',
          'x-restart': 'analysis',
        },
      ),
    ),
    sensitivity: Type.Number({
      title: 'Sensitivity',
      description: '0 (nothing alarms) to 100 (everything does). Raise it when events are missed, lower it when there are too many.',
      default: 50,
      minimum: 0,
      maximum: 100,
      'x-restart': 'analysis',
    }),
    thresholds: Type.Optional(thresholdsSchema),
    overloadFrames: Type.Integer({
      title: 'Overload frames',
      description: 'Analysed frames the zone is skipped for after a maximum was exceeded, for instance by lightning.',
      default: 0,
      minimum: 0,
      maximum: 10_000,
      'x-restart': 'analysis',
    }),
    extendAlarmFrames: Type.Integer({
      title: 'Extend frames',
      description: 'Preclusive zones: analysed frames they go on silencing after they went quiet.',
      default: 0,
      minimum: 0,
      maximum: 10_000,
      'x-restart': 'analysis',
    }),
  },
);
