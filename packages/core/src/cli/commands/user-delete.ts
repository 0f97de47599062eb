// `nightjar user delete`: an account less.
import { COMMAND_LINE, THIS_MACHINE } from '../../app/open-accounts.ts';
import { CONFIG_OPTION, type Command } from '../command.ts';
import { withAccounts } from '../with-accounts.ts';

/** `nightjar user delete`. */
export const userDeleteCommand: Command = {
  name: 'user delete',
  summary: 'delete an account and end its logins',
  arguments: [{ name: 'NAME', description: 'the account', required: true }],
  options: [CONFIG_OPTION],
  examples: [{ line: 'nightjar user delete guest', does: 'Deletes it at once; the last account that may administer the recorder stays.' }],
  run: (args, io) =>
    withAccounts(args, io, async (accounts) => {
      const { name } = await accounts.user(args.positionals[0] ?? '');
      await accounts.deleteUser(name, COMMAND_LINE, THIS_MACHINE);
      io.stdout.write(args.json ? `${JSON.stringify({ deleted: name })}\n` : `deleted the account ${name}\n`);
    }),
};
