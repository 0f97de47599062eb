// Accounts of a recorder that starts: the desk, the first account, and the refusal to stand open.

import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { AccountDesk } from '../api/account-desk.ts';
import { Accounts } from '../auth/accounts.ts';
import type { Action } from '../auth/authorize.ts';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/listen-address.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { type Principal, ROLES } from '../model/permission.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { Secret } from '../util/secret.ts';
import type { AccountPorts } from './environment.ts';
import type { IssueMediaToken } from './in-process-recorder.ts';

/** The account a first start makes. */
export const FIRST_ACCOUNT = 'admin';

/** Whoever sits at the machine itself. */
export const COMMAND_LINE: Principal = { name: 'command line', permissions: ROLES.admin, cameras: null, machine: true };
/** Where that is. */
export const THIS_MACHINE = { address: 'local' } as const;

/** Without what looks alike; 20 of them are 98 bits. */
const PASSWORD_LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const PASSWORD_GROUPS = 4;
const GROUP_LENGTH = 5;

/** Accounts that are open. */
export interface OpenAccounts {
  readonly desk: AccountDesk;
  /** Media tokens that stand for the recorder itself, for adapters in its process. */
  readonly ownMediaToken: IssueMediaToken;
  /** Whether there was an account already. */
  readonly hasAccounts: boolean;
  /** Makes the first account where there is none. @returns Its password, for the one time it is shown. @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`. */
  createFirst(): Promise<Secret | undefined>;
  close(): Promise<void>;
}

/** What is needed for a desk. */
export interface AccountDeskParts {
  readonly accounts: AccountPorts;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Refuses to listen where others reach the recorder while there cannot be an account: there is not even a database. Asked before anything is made.
 *
 * @throws RecorderError `NO_ACCOUNTS`.
 */
export function refuseOpenDoor(config: Pick<Config, 'file' | 'http' | 'database'>): void {
  if (!isLoopback(config.http.host) && !existsSync(config.database.file)) throw noAccounts(config);
}

/** The desk alone, for commands. */
export function openAccountDesk({ accounts, clock, log }: AccountDeskParts): Accounts {
  const { users, tokens, audit, secretKey } = accounts;
  return new Accounts({ users, tokens, audit, clock, log, secretKey, mediaActions });
}

/**
 * Opens the accounts of a recorder that is about to listen.
 *
 * @throws RecorderError `NO_ACCOUNTS`, `SECRET_KEY_REFUSED`, `DATABASE_BUSY`, `DATABASE_FAILED`.
 */
export async function openAccounts(parts: AccountDeskParts, config: Pick<Config, 'file' | 'http'>): Promise<OpenAccounts> {
  const hasAccounts = await isSomebodyThere(parts);
  if (!hasAccounts && !isLoopback(config.http.host)) throw noAccounts(config);
  // A key that cannot be used is said at the start, not at the first login.
  await parts.accounts.secretKey();
  const accounts = openAccountDesk(parts);
  return {
    desk: accounts satisfies AccountDesk,
    ownMediaToken: (request) => accounts.ownMediaToken(request),
    hasAccounts,
    close: () => accounts.close(),
    createFirst: async () => {
      if (hasAccounts) return undefined;
      const password = randomPassword();
      try {
        await accounts.createUser({ name: FIRST_ACCOUNT, password, role: 'admin' }, COMMAND_LINE, THIS_MACHINE);
      } catch (error) {
        // Somebody at the command line was faster.
        if (RecorderError.of(error, 'USER_EXISTS') !== undefined) return undefined;
        throw error;
      }
      return new Secret(password);
    },
  };
}

/** A database that cannot be read now is no reason not to record: nobody gets in without an account, whatever it says later. */
async function isSomebodyThere({ accounts, log }: AccountDeskParts): Promise<boolean> {
  try {
    return (await accounts.users.list()).length > 0;
  } catch (error) {
    const failure = RecorderError.of(error);
    if (failure === undefined) throw error;
    log.warn(`accounts could not be looked at (${failure.message}); where there is none yet, the next start makes one`);
    return true;
  }
}

/** What `<img>` and `<video>` can do with a token in their address. Most recorders are never asked, and the list of operations is long. */
async function mediaActions(): Promise<readonly Action[]> {
  const { OPERATIONS } = await import('../api/registry.ts');
  return OPERATIONS.flatMap(({ id, takesMediaToken, requires }) =>
    takesMediaToken === true && typeof requires !== 'string' ? [{ operation: id, ...requires }] : [],
  );
}

/** `kx7wm-3hq9f-…`: easy to type from a screen, not to be guessed. */
const randomPassword = (): string =>
  Array.from({ length: PASSWORD_GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, () => PASSWORD_LETTERS.charAt(randomInt(PASSWORD_LETTERS.length))).join(''),
  ).join('-');

const noAccounts = ({ file, http: { host } }: Pick<Config, 'file' | 'http'>): RecorderError =>
  new RecorderError(
    'NO_ACCOUNTS',
    `http.host is ${host}, where others reach the recorder, and there is no account yet; make one first: nightjar user add NAME --role admin --config ${file}`,
  );
