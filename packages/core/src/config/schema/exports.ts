// `exports`: files that are made of footage when somebody asks for one.
import * as Type from 'typebox';
import { SIZE_PATTERN, section, textOrNull } from './field.ts';

/** Where they lie if nothing else is said. */
export const DEFAULT_EXPORTS_PATH = 'data/exports';

/** `exports`. */
export const exportsSchema = section(
  { title: 'Exports', description: 'Files that are made of events or spans of a camera over the API, to be fetched.', 'x-restart': 'none', default: {} },
  {
    path: Type.String({
      title: 'Path',
      description: 'Directory they are written to, relative to this file; it is made when missing. Not within a storage area.',
      default: DEFAULT_EXPORTS_PATH,
      minLength: 1,
      'x-restart': 'server',
    }),
    keepHours: Type.Integer({
      title: 'Hours kept',
      description: 'Hours after which a finished export is removed.',
      default: 24,
      minimum: 1,
      maximum: 8760,
      'x-restart': 'none',
    }),
    maxSize: textOrNull({
      title: 'Total size',
      description:
        'Size of all exports. The oldest finished ones make room for a new one; one that is larger than this is refused. null: only the disk is the limit.',
      default: '20GB',
      pattern: SIZE_PATTERN,
      'x-expect': 'a size such as 500GB or 2GiB, or null',
      'x-restart': 'none',
    }),
    maxQueued: Type.Integer({
      title: 'Longest queue',
      description: 'Exports that may wait for their turn; they are made one by one.',
      default: 100,
      minimum: 1,
      maximum: 1000,
      'x-restart': 'none',
    }),
  },
);
