// `database`: where rows about events are kept.
import * as Type from 'typebox';
import { section } from './field.ts';

/** `database`. */
export const databaseSchema = section(
  { title: 'Database', description: 'Where rows about events, gaps and areas are kept.', 'x-restart': 'server', default: {} },
  {
    url: Type.String({
      title: 'URL',
      description: '`sqlite:PATH`, relative to this file. Keep it on a local disk: SQLite does not survive network file systems.',
      default: 'sqlite:data/nightjar.db',
      minLength: 1,
      'x-expect': 'sqlite:PATH',
      'x-restart': 'server',
    }),
  },
);
