// Fills a database with events that have no videos, for measuring: node --conditions=source scripts/seed-events.ts --help
import { parseArgs } from 'node:util';
import { rowOfEvent } from '../packages/core/src/adapters/sqlite/event-row.ts';
import { SqliteDatabase } from '../packages/core/src/adapters/sqlite/sqlite-database.ts';
import { SqliteEventClasses } from '../packages/core/src/adapters/sqlite/sqlite-event-classes.ts';
import { type SeedOptions, seededEvents } from './seeded-events.ts';

const HELP = `usage: seed-events.ts --database FILE [--events N] [--cameras N] [--days N] [--seed N]

Adds events to a database, new or empty, as a recorder would have written them over the days that end on 2026-11-22: a million
events of 20 cameras over a year unless asked for otherwise. There are no video files; never use it on a recorder's own database.
`;
/** Rows of one transaction. */
const BATCH = 5000;

/** Writes the events; `onProgress` hears how many there are so far. */
export async function seedDatabase(path: string, options: SeedOptions, onProgress: (count: number) => void = () => undefined): Promise<void> {
  const database = await SqliteDatabase.open(path);
  const classes = new SqliteEventClasses(database);
  let statement = '';
  const events = seededEvents(options);
  const writeBatch = (): number => {
    let count = 0;
    for (let next = events.next(); next.done !== true; next = events.next()) {
      const row = rowOfEvent(next.value, classes.idOf(next.value));
      const columns = Object.keys(row);
      statement ||= `insert into events (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`;
      database.change(statement, Object.values(row));
      count += 1;
      if (count === BATCH) break;
    }
    return count;
  };
  for (let done = 0; done < options.events; ) {
    done += database.atOnce(writeBatch);
    onProgress(done);
  }
  await database.close();
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      database: { type: 'string' },
      events: { type: 'string', default: '1000000' },
      cameras: { type: 'string', default: '20' },
      days: { type: 'string', default: '365' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.database === undefined) {
    process.stdout.write(HELP);
    process.exitCode = values.help ? 0 : 2;
  } else {
    const { events, cameras, days, seed } = values;
    const options: SeedOptions = { events: Number(events), cameras: Number(cameras), days: Number(days), seed: Number(seed) };
    if (!Object.values(options).every((value) => Number.isSafeInteger(value) && value > 0)) throw new TypeError(`whole numbers above 0 are needed\n${HELP}`);
    const began = performance.now();
    await seedDatabase(values.database, options, (count) => {
      if (count % 100_000 === 0) process.stderr.write(`${count} events\n`);
    });
    process.stdout.write(`${options.events} events in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  }
}
