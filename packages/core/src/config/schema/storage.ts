// `storage`: the directories events are written to.
import * as Type from 'typebox';
import { ID_PATTERN } from '../../model/ids.ts';
import { SIZE_PATTERN, section, textOrNull } from './field.ts';

/** One entry of `storage.areas`. */
export const areaSchema = section(
  { title: 'Storage area', description: 'A directory with its own limits, normally one per disk.', 'x-restart': 'server' },
  {
    id: Type.String({
      title: 'Area id',
      description: 'Name of the area in the database; events are found through it, so keep it when the disk moves.',
      pattern: ID_PATTERN,
      'x-expect': 'lower-case letters, digits, "_" and "-", at most 48',
      'x-restart': 'server',
    }),
    path: Type.String({ title: 'Path', description: 'Directory, relative to this file; it is made when missing.', minLength: 1, 'x-restart': 'server' }),
    scheme: Type.Enum(['deep', 'medium', 'shallow'], {
      title: 'Path scheme',
      description:
        'Layout below the path: deep CAMERA/YY/MM/DD/hh/mm/ss, medium CAMERA/YYYY-MM-DD/EVENT, shallow CAMERA/EVENT. Events keep the one they were written with.',
      default: 'medium',
      'x-restart': 'server',
    }),
    minFree: Type.String({
      title: 'Free space to keep',
      description: 'Percent of the disk or a size. Below it the oldest unprotected events are deleted, so that recording goes on.',
      default: '5%',
      pattern: `^([0-9]|[1-8][0-9]|90)(\\.[0-9]+)?%$|${SIZE_PATTERN}`,
      'x-expect': 'a percentage up to 90% such as 5%, or a size such as 2GiB',
      'x-restart': 'server',
    }),
    maxSize: textOrNull({
      title: 'Most it may hold',
      description: 'Size of all events of this area beyond which the oldest unprotected ones are deleted. null: only the disk is the limit.',
      default: null,
      pattern: SIZE_PATTERN,
      'x-expect': 'a size such as 500GB or 2GiB, or null',
      'x-restart': 'server',
    }),
  },
);

/** `storage`. */
export const storageSchema = section(
  { title: 'Storage', description: 'Where events are written.', 'x-restart': 'server', default: {} },
  {
    areas: Type.Array(areaSchema, {
      title: 'Areas',
      description: 'The directories events go to; without a choice of the camera, the one with most room is taken.',
      default: [{ id: 'default', path: 'data/events' }],
      minItems: 1,
      maxItems: 64,
      'x-restart': 'server',
    }),
    syncIntervalMs: Type.Integer({
      title: 'Sync interval',
      description: 'Milliseconds between two forced writes of an open event to disk. Lower loses less on a power cut and wears the disk more.',
      default: 5000,
      minimum: 100,
      maximum: 60_000,
      'x-restart': 'server',
    }),
  },
);
