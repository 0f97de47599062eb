// `nightjar token list`: what is good instead of a password.
import { COMMAND_LINE } from '../../app/open-accounts.ts';
import { CONFIG_OPTION, type Command } from '../command.ts';
import { localTime } from '../local-time.ts';
import { textTable } from '../text-table.ts';
import { camerasText, withAccounts } from '../with-accounts.ts';

const timeText = (time: string | undefined): string => (time === undefined ? 'never' : localTime(Date.parse(time)));

/** `nightjar token list`. */
export const tokenListCommand: Command = {
  name: 'token list',
  summary: "list machines' tokens and logins",
  options: [CONFIG_OPTION],
  examples: [
    { line: 'nightjar token list', does: "Machines' tokens and logins, newest first; never the tokens themselves." },
    { line: 'nightjar token list --json', does: 'The same as a JSON array.' },
  ],
  run: (args, io) =>
    withAccounts(args, io, async (accounts) => {
      const tokens = await accounts.tokens(COMMAND_LINE);
      if (args.json) io.stdout.write(`${JSON.stringify(tokens)}\n`);
      else if (tokens.length === 0) io.stdout.write('no tokens\n');
      else
        io.stdout.write(
          textTable(
            [
              { head: 'ID' },
              { head: 'KIND' },
              { head: 'WHOSE' },
              { head: 'ROLE' },
              { head: 'CAMERAS' },
              { head: 'MADE' },
              { head: 'EXPIRES' },
              { head: 'LAST USED' },
            ],
            tokens.map(({ id, kind, name, user, role, cameras, createdAt, expiresAt, lastUsedAt }) => [
              id,
              kind === 'api' ? 'machine' : 'login',
              name ?? user ?? '',
              role ?? '',
              kind === 'api' ? camerasText(cameras) : '',
              timeText(createdAt),
              timeText(expiresAt),
              timeText(lastUsedAt),
            ]),
          ),
        );
    }),
};
