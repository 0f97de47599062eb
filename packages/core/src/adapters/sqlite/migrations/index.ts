// The one list of migrations, in order. Names are stored in databases: never rename, never reorder, only append.
import type { Migration } from 'kysely/migration';
import { events } from './0001-events.ts';
import { gaps } from './0002-gaps.ts';
import { areas } from './0003-areas.ts';
import { accounts } from './0004-accounts.ts';
import { eventLists } from './0005-event-lists.ts';
import { cameras } from './0006-cameras.ts';
import { exports } from './0007-exports.ts';
import { armed } from './0008-armed.ts';
import { cameraTotals } from './0009-camera-totals.ts';

/** Every migration by the name it is remembered under. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-events': events,
  '0002-gaps': gaps,
  '0003-areas': areas,
  '0004-accounts': accounts,
  '0005-event-lists': eventLists,
  '0006-cameras': cameras,
  '0007-exports': exports,
  '0008-armed': armed,
  '0009-camera-totals': cameraTotals,
};
