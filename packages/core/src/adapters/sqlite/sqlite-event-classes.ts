// The classes of events in the database. They are few and never change or go, so all of them are kept in memory.
import type { EventRecord } from '../../model/event.ts';
import type { EventSearchQuery } from '../../ports/event-search.ts';
import { classOf, type EventClass, isWanted } from './event-class.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

interface ClassRow {
  readonly id: number;
  readonly camera_id: string;
  readonly causes: number;
  readonly zones: string;
  readonly protected: number;
  readonly score_band: number;
}

const READ_NEW = 'select id, camera_id, causes, zones, protected, score_band from event_classes where id > ? order by id';
const ADD = 'insert into event_classes (camera_id, causes, zones, protected, score_band) values (?, ?, ?, ?, ?) on conflict do nothing';

const keyOf = ({ cameraId, causes, zones, protected: isProtected, band }: EventClass): string => JSON.stringify([cameraId, causes, zones, isProtected, band]);

/** Classes by id and by what they are. Calls are synchronous; they throw what SQLite throws. */
export class SqliteEventClasses {
  readonly #database: SqliteDatabase;
  readonly #byId = new Map<number, EventClass>();
  readonly #ids = new Map<string, number>();
  #newest = 0;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** The id of an event's class, which is made where it is the first of its kind; null for what is being deleted. */
  idOf(event: EventRecord): number | null {
    const found = classOf(event);
    if (found === undefined) return null;
    const key = keyOf(found);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const { cameraId, causes, zones, band } = found;
    this.#database.change(ADD, [cameraId, causes, JSON.stringify(zones), Number(found.protected), band]);
    this.#refresh();
    return this.#ids.get(key) ?? null;
  }

  /** Ids of the classes in which a search finds something; scores of their events are still to be looked at. */
  matching(query: EventSearchQuery): readonly number[] {
    this.#refresh();
    return [...this.#byId].filter(([, each]) => isWanted(each, query)).map(([id]) => id);
  }

  /** Other programs add classes too. */
  #refresh(): void {
    for (const row of this.#database.read<ClassRow>(READ_NEW, [this.#newest])) {
      const found: EventClass = {
        cameraId: row.camera_id,
        causes: row.causes,
        zones: JSON.parse(row.zones) as readonly string[],
        protected: row.protected === 1,
        band: row.score_band,
      };
      this.#byId.set(row.id, found);
      this.#ids.set(keyOf(found), row.id);
      this.#newest = row.id;
    }
  }
}
