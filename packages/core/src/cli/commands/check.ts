// `nightjar check`: database against files, both ways.
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { FsAreaDisk } from '../../adapters/fs/fs-area-disk.ts';
import { FsEventFiles } from '../../adapters/fs/fs-event-files.ts';
import { FsOpenJournal } from '../../adapters/fs/fs-open-journal.ts';
import { InstanceLock } from '../../adapters/fs/instance-lock.ts';
import { SqliteAreaStore } from '../../adapters/sqlite/sqlite-area-store.ts';
import type { SqliteDatabase } from '../../adapters/sqlite/sqlite-database.ts';
import { SqliteEventStore } from '../../adapters/sqlite/sqlite-event-store.ts';
import type { Config } from '../../config/config.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { AreaDisk } from '../../ports/area-disk.ts';
import { type AreaStatus, checkArea } from '../../storage/area.ts';
import { type CheckReport, checkStorage } from '../../storage/integrity-check.ts';
import type { StorageProblem } from '../../storage/storage-problem.ts';
import { CONFIG_OPTION, type Command, type CommandIo, type ExitCode } from '../command.ts';
import { openDatabase } from '../open-database.ts';
import { type Progress, startProgress } from '../progress.ts';
import { requireConfig } from '../read-config.ts';

/** `nightjar check`. */
export const checkCommand: Command = {
  name: 'check',
  summary: 'compare the database with the files, and repair either from the other',
  options: [
    CONFIG_OPTION,
    { flags: '--repair', description: 'mend what can be mended' },
    { flags: '--force', description: "with --repair: also where more than half of an area's videos are missing" },
  ],
  examples: [
    { line: 'nightjar check', does: 'Lists what does not fit; changes nothing. Exits with 1 where something was found.' },
    { line: 'nightjar check --repair', does: 'Mends it, and rebuilds a database that was lost; may run beside the recorder.' },
  ],
  run: async ({ options, json }, io) => {
    const config = requireConfig(String(options['config']), io, { withoutLogins: true });
    const database = await openDatabase(config, io.signal, options['repair'] === true && (await hasRecorded(config)));
    try {
      const report = await check(config, database, io, { repair: options['repair'] === true, force: options['force'] === true, json });
      io.stdout.write(json ? `${JSON.stringify(report)}\n` : summary(report));
      return exitCodeOf(report);
    } finally {
      await database.close();
    }
  },
};

/** Whether a recorder has used one of the areas: its identity file is there. */
async function hasRecorded({ storage: { areas } }: Config): Promise<boolean> {
  const disk = new FsAreaDisk();
  for (const { path } of areas) if ((await disk.readIdentity(path)) !== undefined) return true;
  return false;
}

interface CheckOptions {
  readonly repair: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

async function check(config: Config, database: SqliteDatabase, io: CommandIo, { repair, force, json }: CheckOptions): Promise<CheckReport> {
  const isRunning = await isRecorderRunning(config);
  let shown: { readonly key: string; readonly progress: Progress } | undefined;
  const report = await checkStorage({
    areas: await lookAtAreas(config, database),
    store: new SqliteEventStore(database),
    files: new FsEventFiles(),
    disk: new FsAreaDisk(),
    journal: new FsOpenJournal(),
    isServerLive: (serverId) => isRunning && serverId === config.server.id,
    repair,
    force,
    onProgress: ({ areaId, phase, done, total }) => {
      const key = `${areaId}, ${phase}`;
      if (shown?.key !== key) {
        shown?.progress.end();
        shown = { key, progress: startProgress({ io, clock: systemClock, label: key, total }) };
      }
      shown.progress.update(done);
    },
    onProblem: (problem) => {
      shown?.progress.end();
      shown = undefined;
      if (!json) io.stdout.write(`${describeProblem(problem)}\n`);
    },
    signal: io.signal,
  });
  shown?.progress.end();
  return report;
}

/** Whether a recorder holds the lock of the database. It is let go of at once: a recorder may start beside a check. */
async function isRecorderRunning(config: Config): Promise<boolean> {
  try {
    const lock = await InstanceLock.take(`${config.database.file}.lock`);
    await lock.release();
    return false;
  } catch (error) {
    if (RecorderError.of(error, 'ALREADY_RUNNING') === undefined) throw error;
    return true;
  }
}

/** The areas as they are; unlike the recorder, a check makes no directory and no identity file. */
async function lookAtAreas(config: Config, database: SqliteDatabase): Promise<readonly AreaStatus[]> {
  const real = new FsAreaDisk();
  const disk: AreaDisk = {
    space: (root) => real.space(root),
    readIdentity: (root) => real.readIdentity(root),
    createIdentity: () => Promise.resolve('never used'),
    isEmptyOrMissing: (root) => real.isEmptyOrMissing(root),
    exists: (root, directory) => real.exists(root, directory),
    holdsFile: (root, path) => real.holdsFile(root, path),
    walk: (root, signal) => real.walk(root, signal),
  };
  const known = new SqliteAreaStore(database);
  const store = { identity: (areaId: string) => known.identity(areaId), remember: () => Promise.resolve() };
  const statuses: AreaStatus[] = [];
  for (const area of config.storage.areas) statuses.push(await checkArea({ disk, store }, area));
  return statuses;
}

const OUTCOMES: Readonly<Record<StorageProblem['outcome'], string>> = {
  found: 'repair would',
  mended: 'mended:',
  refused: 'not mended (--force would):',
  failed: 'could not',
  left: 'left:',
};

function describeProblem(problem: StorageProblem): string {
  const event = problem.eventId === undefined ? '' : `event ${problem.eventId}: `;
  const reason = problem.reason === undefined ? '' : ` (${problem.reason})`;
  const path = problem.path === '' ? '' : `\n    ${problem.path}`;
  return `${event}${problem.what}; ${OUTCOMES[problem.outcome]} ${problem.remedy}${reason}${path}`;
}

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

function summary({ problems, directories, rows, isPartial }: CheckReport): string {
  const mended = problems.filter(({ outcome }) => outcome === 'mended').length;
  const found = problems.length === 0 ? 'everything fits' : `${counted(problems.length, 'problem', 'problems')}, ${mended} mended`;
  return `${counted(directories, 'directory', 'directories')} and ${counted(rows, 'row', 'rows')} looked at: ${found}${isPartial ? '; stopped before the end' : ''}\n`;
}

const exitCodeOf = ({ problems, isPartial }: CheckReport): ExitCode => (isPartial || problems.some(({ outcome }) => outcome !== 'mended') ? 1 : 0);
