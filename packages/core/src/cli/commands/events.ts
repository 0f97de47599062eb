// `nightjar events`: what was recorded, newest first, from the database.
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { SqliteEventStore } from '../../adapters/sqlite/sqlite-event-store.ts';
import type { Config } from '../../config/config.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { EventCause, EventRecord } from '../../model/event.ts';
import { viewEvent } from '../../model/event-view.ts';
import type { EventQuery, EventStore } from '../../ports/event-store.ts';
import { nearestWord } from '../../util/nearest-word.ts';
import { CONFIG_OPTION, type Command, type CommandArgs } from '../command.ts';
import { localTime } from '../local-time.ts';
import { openDatabase } from '../open-database.ts';
import { parseTime } from '../parse-time.ts';
import { requireConfig } from '../read-config.ts';
import { textTable } from '../text-table.ts';

/** Events asked for at a time. */
const PAGE = 500;
const MAX_LIMIT = 1_000_000;

/** `nightjar events`. */
export const eventsCommand: Command = {
  name: 'events',
  summary: 'list recorded events',
  options: [
    CONFIG_OPTION,
    { flags: '--camera <id>', description: 'only of this camera' },
    { flags: '--since <time>', description: 'only what ended after: 2h, yesterday, 2026-11-23, 2026-11-23T04:00Z' },
    { flags: '--until <time>', description: 'only what began before' },
    { flags: '--limit <n>', description: 'at most so many, the newest', default: '50' },
  ],
  examples: [
    { line: 'nightjar events --camera porch --since 2h', does: 'What the porch recorded in the last two hours.' },
    { line: 'nightjar events --since yesterday --until today --json', does: "Yesterday's events as a JSON array." },
  ],
  run: async (args, io) => {
    const config = requireConfig(String(args.options['config']), io, { withoutLogins: true });
    const query = readQuery(args);
    const database = await openDatabase(config, io.signal);
    try {
      const events = await listEvents(new SqliteEventStore(database), query, io.signal);
      if (events.length === 0) refuseUnknownCamera(config, query.cameraId);
      const names = new Map(config.cameras.map((camera) => [camera.id, camera.name]));
      if (args.json) io.stdout.write(`${JSON.stringify(events.flatMap((event) => viewEvent(event, names.get(event.cameraId) ?? event.cameraId) ?? []))}\n`);
      else io.stdout.write(events.length === 0 ? 'no events\n' : eventTable(events));
      return 0;
    } finally {
      await database.close();
    }
  },
};

function readQuery({ options }: CommandArgs): EventQuery {
  const now = systemClock.wall();
  const { camera, since, until, limit } = options;
  const count = Number(limit);
  if (!Number.isSafeInteger(count) || count < 1 || count > MAX_LIMIT) throw new RecorderError('USAGE', `--limit takes a whole number from 1 to ${MAX_LIMIT}`);
  const fromMs = typeof since === 'string' ? parseTime(since, '--since', now) : undefined;
  const toMs = typeof until === 'string' ? parseTime(until, '--until', now) : undefined;
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) throw new RecorderError('USAGE', '--since must be before --until');
  return {
    states: ['open', 'closed', 'ready'],
    limit: count,
    ...(typeof camera === 'string' ? { cameraId: camera } : {}),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  };
}

/** All events of the query, page by page. */
async function listEvents(store: EventStore, query: EventQuery, signal: AbortSignal): Promise<readonly EventRecord[]> {
  const events: EventRecord[] = [];
  while (events.length < query.limit && !signal.aborted) {
    const last = events.at(-1);
    const page = await store.list({ ...query, limit: Math.min(PAGE, query.limit - events.length), ...(last === undefined ? {} : { beforeId: last.id }) });
    events.push(...page);
    if (page.length === 0) break;
  }
  return events;
}

function refuseUnknownCamera(config: Config, id: string | undefined): void {
  const known = config.cameras.map((camera) => camera.id);
  if (id === undefined || known.includes(id)) return;
  const nearest = nearestWord(id, known);
  throw new RecorderError(
    'CAMERA_NOT_FOUND',
    `there is no camera ${JSON.stringify(id)}, and no event of one${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
  );
}

function eventTable(events: readonly EventRecord[]): string {
  return textTable(
    [
      { head: 'ID', align: 'right' },
      { head: 'CAMERA' },
      { head: 'START' },
      { head: 'LENGTH', align: 'right' },
      { head: 'CAUSE' },
      { head: 'SCORE', align: 'right' },
      { head: 'SIZE', align: 'right' },
      { head: 'STATE' },
      { head: 'NAME' },
    ],
    events.map((event) => [
      String(event.id),
      event.cameraId,
      localTime(event.startMs),
      `${((event.endMs - event.startMs) / 1000).toFixed(1)} s`,
      [...new Set(event.causes.map(causeText))].join(', '),
      String(event.maxScore),
      `${(event.sizeBytes / 1e6).toFixed(1)} MB`,
      `${event.state}${event.protected ? ', protected' : ''}${event.recovered ? ', recovered' : ''}`,
      event.name,
    ]),
  );
}

const causeText = (cause: EventCause): string =>
  cause.kind === 'motion' ? `motion ${cause.zones.join('+')}`.trimEnd() : cause.kind === 'trigger' ? `trigger ${cause.source}` : cause.kind;
