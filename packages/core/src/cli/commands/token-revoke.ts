// `nightjar token revoke`: a token or login ends, also while the recorder runs.
import { COMMAND_LINE, THIS_MACHINE } from '../../app/open-accounts.ts';
import { CONFIG_OPTION, type Command } from '../command.ts';
import { withAccounts } from '../with-accounts.ts';

/** `nightjar token revoke`. */
export const tokenRevokeCommand: Command = {
  name: 'token revoke',
  summary: "end a machine's token or a login",
  arguments: [{ name: 'ID', description: 'as `nightjar token list` shows it', required: true }],
  options: [CONFIG_OPTION],
  examples: [{ line: 'nightjar token revoke 1f0c9e5b7a3d2468', does: 'It is refused from now on, by a recorder that runs too.' }],
  run: (args, io) =>
    withAccounts(args, io, async (accounts) => {
      const [id = ''] = args.positionals;
      await accounts.revoke(COMMAND_LINE, { id }, THIS_MACHINE);
      io.stdout.write(args.json ? `${JSON.stringify({ revoked: id })}\n` : `ended ${id}\n`);
    }),
};
