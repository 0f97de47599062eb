// The SQLite stores keep the contracts of their ports, and no query of theirs walks a whole table.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeAreaStore,
  describeCameraStore,
  describeEventStore,
  describeExportStore,
  describeGapStore,
  describeSettingStore,
  sampleEvent,
} from '@nightjar/testkit';
import Database from 'better-sqlite3';
import { wallMs } from '../../model/time.ts';
import type { EventQuery } from '../../ports/event-store.ts';
import { SqliteAreaStore } from './sqlite-area-store.ts';
import { SqliteCameraStore } from './sqlite-camera-store.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';
import { SqliteExportStore } from './sqlite-export-store.ts';
import { SqliteGapStore } from './sqlite-gap-store.ts';
import { SqliteSettingStore } from './sqlite-setting-store.ts';

const inFolder = async <T>(open: (path: string) => Promise<T & { closeAll(): Promise<void> }>): Promise<T & { close(): Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'nightjar-sqlite-'));
  const opened = await open(join(folder, 'nightjar.db'));
  const close = async (): Promise<void> => {
    await opened.closeAll();
    rmSync(folder, { recursive: true });
  };
  return { ...opened, close };
};

describeEventStore('SqliteEventStore', () =>
  inFolder(async (path) => {
    const databases = [await SqliteDatabase.open(path), await SqliteDatabase.open(path)] as const;
    return {
      store: new SqliteEventStore(databases[0]),
      twin: new SqliteEventStore(databases[1]),
      closeAll: async () => void (await Promise.all(databases.map((database) => database.close()))),
    };
  }),
);

describeGapStore('SqliteGapStore', async () => {
  const database = await SqliteDatabase.open(':memory:');
  return { store: new SqliteGapStore(database), close: () => database.close() };
});

describeAreaStore('SqliteAreaStore', async () => {
  const database = await SqliteDatabase.open(':memory:');
  return { store: new SqliteAreaStore(database), close: () => database.close() };
});

describeCameraStore('SqliteCameraStore', async () => {
  const database = await SqliteDatabase.open(':memory:');
  return { store: new SqliteCameraStore(database), close: () => database.close() };
});

describeSettingStore('SqliteSettingStore', async () => {
  const database = await SqliteDatabase.open(':memory:');
  return { store: new SqliteSettingStore(database), close: () => database.close() };
});

describeExportStore('SqliteExportStore', async () => {
  const database = await SqliteDatabase.open(':memory:');
  return { store: new SqliteExportStore(database), close: () => database.close() };
});

describe('the plans of event queries', () => {
  const ask = async (query: Omit<EventQuery, 'limit'>): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), 'nightjar-plan-'));
    const path = join(folder, 'nightjar.db');
    const statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
    const database = await SqliteDatabase.open(path, { onQuery: (sql, parameters) => statements.push({ sql, parameters }) });
    await new SqliteEventStore(database).put(sampleEvent(9));
    await new SqliteEventStore(database).list({ limit: 10, ...query });
    await database.close();
    const raw = new Database(path);
    const last = statements.at(-1)!;
    const plan = raw.prepare(`explain query plan ${last.sql}`).all(...last.parameters) as { detail: string }[];
    raw.close();
    rmSync(folder, { recursive: true });
    return plan.map((step) => step.detail).join('; ');
  };
  const from = wallMs(1000);
  const to = wallMs(9000);

  it.each<[string, Omit<EventQuery, 'limit'>, RegExp]>([
    ['everything, newest first', {}, /SCAN events USING INDEX events_by_start$/],
    ['the next page', { beforeId: 9 }, /SEARCH events USING INDEX events_by_start \(start_ms<\?\)/],
    ['a span of time', { fromMs: from, toMs: to }, /SEARCH events USING INDEX events_by_start \(start_ms>\? AND start_ms<\?\)/],
    ['a camera', { cameraId: 'porch' }, /SEARCH events USING INDEX events_by_camera \(camera_id=\?\)/],
    ['a camera, clips only', { cameraId: 'porch', states: ['closed', 'ready'] }, /SEARCH events USING INDEX events_by_camera \(camera_id=\?\)/],
    [
      'a camera and a span',
      { cameraId: 'porch', fromMs: from, toMs: to },
      /SEARCH events USING INDEX events_by_camera \(camera_id=\? AND start_ms>\? AND start_ms<\?\)/,
    ],
    [
      'the oldest unprotected of an area',
      { areaId: 'default', protected: false, states: ['ready'], order: 'oldest' },
      /SEARCH events USING INDEX events_by_area_protection \(area_id=\? AND protected=\?\)/,
    ],
    ['an area', { areaId: 'default' }, /SEARCH events USING INDEX events_by_area \(area_id=\?\)/],
    ['the next page of an area', { areaId: 'default', beforeId: 9 }, /SEARCH events USING INDEX events_by_area \(area_id=\? AND start_ms<\?\)/],
    ['unprotected events', { protected: false }, /SCAN events USING INDEX events_by_start$/],
    ['events before a time', { toMs: to }, /SEARCH events USING INDEX events_by_start \(start_ms<\?\)/],
    ['protected events', { protected: true }, /SEARCH events USING INDEX events_by_protection \(protected=\?\)/],
    [
      'protected events of a camera',
      { protected: true, cameraId: 'porch' },
      /SEARCH events USING INDEX events_by_protection \(protected=\? AND camera_id=\?\)/,
    ],
    ['half-deleted events of an area', { areaId: 'default', states: ['deleting'] }, /SEARCH events USING INDEX events_by_state \(state=\?\)/],
    ['open events of a span', { states: ['open'], fromMs: from, toMs: to }, /SEARCH events USING INDEX events_by_state \(state=\?\)/],
    ['the next page of open events', { states: ['open'], beforeId: 9 }, /SEARCH events USING INDEX events_by_state \(state=\?\)/],
    ['open events', { states: ['open', 'closed'] }, /SEARCH events USING INDEX events_by_state \(state=\?\)/],
    ['open events of a camera', { states: ['open'], cameraId: 'porch' }, /SEARCH events USING INDEX events_by_state \(state=\? AND camera_id=\?\)/],
  ])('walks an index for %s', async (_, query, expected) => {
    const plan = await ask(query);
    expect(plan).toMatch(expected);
    // Few rows may be sorted; many must come in order.
    if (query.protected !== true && !/open|deleting/.test(JSON.stringify(query.states ?? []))) expect(plan).not.toContain('TEMP B-TREE');
  });
});
