// What searching, opening and closing events costs in a database of many: node --conditions=source scripts/bench-events.ts --help
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SqliteDatabase } from '../packages/core/src/adapters/sqlite/sqlite-database.ts';
import { SqliteEventSearch } from '../packages/core/src/adapters/sqlite/sqlite-event-search.ts';
import { SqliteEventStore } from '../packages/core/src/adapters/sqlite/sqlite-event-store.ts';
import type { EventRecord } from '../packages/core/src/model/event.ts';
import { viewEvent } from '../packages/core/src/model/event-view.ts';
import { wallMs } from '../packages/core/src/model/time.ts';
import type { EventSearchPage } from '../packages/core/src/ports/event-search.ts';
import { type FilterCase, filterCases } from './bench-event-filters.ts';
import { measureStart } from './bench-event-start.ts';
import { seededEvents } from './seeded-events.ts';

const HELP = `usage: bench-events.ts --database FILE [--cameras N] [--every N] [--writes N] [--json FILE] [--no-start]

Measures a database made by seed-events.ts (give it the same --cameras): pages of events for every combination of filters, or every
Nth of them; opening, updating and closing events; and how long a recorder takes to start with it. Adds some events to it.
`;
const PAGES_DEEP = 3;
const FEWEST_PAGES = 100;
const WARM_UP_EVERY = 40;

/** Times in milliseconds, as a row of the table. */
interface Row {
  readonly what: string;
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** 95 of 100 take no more of the processor than this: what `p95` would be on a machine that does nothing else. */
  readonly p95Cpu: number;
  readonly slowest: string;
}

interface Timing {
  readonly ms: number;
  readonly cpuMs: number;
  readonly what: string;
}

function rowOf(what: string, timings: readonly Timing[]): Row {
  const sorted = [...timings].sort((a, b) => a.ms - b.ms);
  const index = (share: number): number => Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  const at = (share: number): number => round(sorted[index(share)]?.ms ?? 0);
  const byCpu = [...timings].sort((a, b) => a.cpuMs - b.cpuMs);
  return { what, n: timings.length, p50: at(0.5), p95: at(0.95), max: at(1), p95Cpu: round(byCpu[index(0.95)]?.cpuMs ?? 0), slowest: byCpu.at(-1)?.what ?? '' };
}

const round = (ms: number): number => Math.round(ms * 100) / 100;

async function timed<T>(work: () => Promise<T>): Promise<readonly [Omit<Timing, 'what'>, T]> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return [{ ms: performance.now() - began, cpuMs: (user + system) / 1000 }, result];
}

/** A page as the API makes it: found, in the API's shape, as JSON. */
async function pageOf(search: SqliteEventSearch, { query }: FilterCase): Promise<EventSearchPage> {
  const page = await search.find(query);
  JSON.stringify(page.events.map((event) => viewEvent(event, event.cameraId)));
  return page;
}

async function measurePages(search: SqliteEventSearch, cases: readonly FilterCase[]): Promise<{ readonly rows: readonly Row[]; readonly shorts: number }> {
  // A recorder that has run for a while has its code compiled and the database in memory.
  for (const each of cases.filter((_, index) => index % WARM_UP_EVERY === 0)) await pageOf(search, each);
  const byFilter = new Map<string, FilterCase[]>();
  for (const each of cases) byFilter.set(each.filters, [...(byFilter.get(each.filters) ?? []), each]);
  const rows: Row[] = [];
  const everything: Timing[] = [];
  let shorts = 0;
  for (const [filters, alike] of byFilter) {
    const timings: Timing[] = [];
    // Few combinations are measured several times, so that 95 of 100 means something.
    while (timings.length < FEWEST_PAGES) {
      for (const each of alike) {
        const pages = await timePages(search, each);
        timings.push(...pages.timings);
        shorts += pages.shorts;
      }
    }
    everything.push(...timings);
    rows.push(rowOf(filters, timings));
  }
  rows.sort((a, b) => a.what.split('+').length - b.what.split('+').length || a.what.localeCompare(b.what));
  return { rows: [...rows, rowOf('all pages', everything)], shorts };
}

/** A page and those after it. */
async function timePages(search: SqliteEventSearch, each: FilterCase): Promise<{ readonly timings: readonly Timing[]; readonly shorts: number }> {
  const timings: Timing[] = [];
  let shorts = 0;
  let { query } = each;
  for (let page = 0; page < PAGES_DEEP; page++) {
    const [took, found] = await timed(() => pageOf(search, { ...each, query }));
    timings.push({ ...took, what: `${JSON.stringify(query)} → ${found.events.length}, ${took.cpuMs} ms of processor` });
    if (found.next === undefined) break;
    if (found.events.length < query.limit) shorts += 1;
    query = { ...query, after: found.next };
  }
  return { timings, shorts };
}

async function measureWrites(store: SqliteEventStore, cameras: number, count: number): Promise<readonly Row[]> {
  const first = await store.reserveIds(count);
  const timings = { open: [] as Timing[], update: [] as Timing[], close: [] as Timing[], ready: [] as Timing[] };
  let id = first;
  const put = async (kind: keyof typeof timings, event: EventRecord): Promise<void> => {
    const [took] = await timed(() => store.put(event));
    timings[kind].push({ ...took, what: `event ${event.id}` });
  };
  for (const seeded of seededEvents({ events: count, cameras, days: 1, seed: 77 })) {
    const event: EventRecord = {
      ...seeded,
      id,
      directory: `${seeded.cameraId}/bench/${id}`,
      startMs: wallMs(seeded.startMs + 86_400_000),
      endMs: wallMs(seeded.endMs + 86_400_000),
    };
    await put('open', { ...event, state: 'open', endMs: event.startMs, maxScore: 0 });
    await put('update', { ...event, state: 'open' });
    await put('close', { ...event, state: 'closed' });
    await put('ready', event);
    id += 1;
  }
  return Object.entries(timings).map(([what, each]) => rowOf(what, each));
}

function print(title: string, rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ what }) => what.length), title.length);
  const number = (value: number): string => value.toFixed(2).padStart(9);
  process.stdout.write(`\n${title.padEnd(width)} ${'n'.padStart(7)}${['p50 ms', 'p95 ms', 'max ms', 'p95 cpu'].map((head) => head.padStart(9)).join('')}\n`);
  for (const { what, n, p50, p95, max, p95Cpu } of rows)
    process.stdout.write(`${what.padEnd(width)} ${String(n).padStart(7)}${[p50, p95, max, p95Cpu].map(number).join('')}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      database: { type: 'string' },
      cameras: { type: 'string', default: '20' },
      every: { type: 'string', default: '1' },
      writes: { type: 'string', default: '500' },
      json: { type: 'string' },
      'no-start': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.database === undefined) {
    process.stdout.write(HELP);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const cameras = Number(values.cameras);
  const cases = filterCases(cameras).filter((_, index) => index % Number(values.every) === 0);
  const database = await SqliteDatabase.open(values.database);
  const store = new SqliteEventStore(database);
  const { events } = await store.usage();
  process.stdout.write(`${events} events, ${cases.length} searches of up to ${PAGES_DEEP} pages\n`);
  const pages = await measurePages(new SqliteEventSearch(database), cases);
  print('filters', pages.rows);
  process.stdout.write(`short pages with a next one: ${pages.shorts}\nslowest: ${pages.rows.at(-1)?.slowest ?? ''}\n`);
  const writes = await measureWrites(store, cameras, Number(values.writes));
  print('writes', writes);
  await database.close();
  const start = values['no-start'] ? undefined : await measureStart(values.database);
  if (start !== undefined) process.stdout.write(`\nstart-up: ${start.readyMs} ms until the recorder listens, ${start.bareMs} ms with an empty database\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ events, pages, writes, start }, undefined, 2)}\n`);
}

await main();
