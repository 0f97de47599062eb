// Accounts for commands: they work beside the recorder, and before it ever ran.
import { systemClock } from '../adapters/clock/system-clock.ts';
import { localAccountPorts } from '../app/local-account-ports.ts';
import { openAccountDesk } from '../app/open-accounts.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { Config } from '../config/config.ts';
import { nearestWord } from '../util/nearest-word.ts';
import type { CommandArgs, CommandIo, CommandOption, ExitCode } from './command.ts';
import { createLogger } from './create-logger.ts';
import { openDatabase } from './open-database.ts';
import { requireConfig } from './read-config.ts';

/** `--role`. */
export const ROLE_OPTION: CommandOption = {
  flags: '--role <role>',
  description: 'what it may do',
  choices: ['admin', 'operator', 'viewer'],
  default: 'viewer',
};

/** `--camera`. */
export const CAMERAS_OPTION: CommandOption = { flags: '--camera <id...>', description: 'only these cameras (default: all)', many: true };

/** Does something with the accounts of the configuration. The database is made where there is none yet. */
export async function withAccounts(args: CommandArgs, io: CommandIo, work: (accounts: Accounts, config: Config) => Promise<void>): Promise<ExitCode> {
  const config = requireConfig(String(args.options['config']), io, { withoutLogins: true });
  const database = await openDatabase(config, io.signal, true);
  try {
    const log = createLogger(args, io, 'warn');
    const accounts = openAccountDesk({ accounts: localAccountPorts(database, config.database.file), clock: systemClock, log });
    try {
      await work(accounts, config);
    } finally {
      await accounts.close();
    }
  } finally {
    await database.close();
  }
  return 0;
}

/** The cameras of `--camera`; null: all. Those that the configuration does not have may come later, so they are only mentioned. */
export function cameraLimit({ lists }: CommandArgs, { cameras }: Config, io: Pick<CommandIo, 'stderr'>): readonly string[] | null {
  const given = (lists['camera'] ?? []).flatMap((each) => each.split(',')).filter((each) => each !== '');
  const known = cameras.map(({ id }) => id);
  for (const id of given.filter((each) => !known.includes(each))) {
    const nearest = nearestWord(id, known);
    io.stderr.write(`note: the configuration has no camera ${JSON.stringify(id)}${nearest === undefined ? '' : `; did you mean ${nearest}?`}\n`);
  }
  return given.length === 0 ? null : given;
}

/** `porch yard`, or `all`. */
export const camerasText = (cameras: readonly string[] | null | undefined): string => cameras?.join(' ') ?? 'all';
