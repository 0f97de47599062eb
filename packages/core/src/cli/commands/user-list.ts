// `nightjar user list`: every account.
import { CONFIG_OPTION, type Command } from '../command.ts';
import { localTime } from '../local-time.ts';
import { textTable } from '../text-table.ts';
import { camerasText, withAccounts } from '../with-accounts.ts';

/** `nightjar user list`. */
export const userListCommand: Command = {
  name: 'user list',
  summary: 'list the accounts',
  options: [CONFIG_OPTION],
  examples: [
    { line: 'nightjar user list', does: 'Every account, with its role and its last login.' },
    { line: 'nightjar user list --json', does: 'The same as a JSON array.' },
  ],
  run: (args, io) =>
    withAccounts(args, io, async (accounts) => {
      const users = await accounts.users();
      if (args.json) io.stdout.write(`${JSON.stringify(users)}\n`);
      else if (users.length === 0) io.stdout.write('no accounts\n');
      else
        io.stdout.write(
          textTable(
            [{ head: 'NAME' }, { head: 'ROLE' }, { head: 'CAMERAS' }, { head: 'STATE' }, { head: 'LAST LOGIN' }],
            users.map(({ name, role, cameras, enabled, lastLoginAt }) => [
              name,
              role,
              camerasText(cameras),
              enabled ? 'enabled' : 'disabled',
              lastLoginAt === undefined ? 'never' : localTime(Date.parse(lastLoginAt)),
            ]),
          ),
        );
    }),
};
