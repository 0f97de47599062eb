// `nightjar user passwd`: another password, also where the old one is lost.
import { COMMAND_LINE, THIS_MACHINE } from '../../app/open-accounts.ts';
import { CONFIG_OPTION, type Command } from '../command.ts';
import { PASSWORD_STDIN_OPTION, readNewPassword } from '../read-password.ts';
import { withAccounts } from '../with-accounts.ts';

/** `nightjar user passwd`. */
export const userPasswdCommand: Command = {
  name: 'user passwd',
  summary: 'give an account another password and end its logins',
  arguments: [{ name: 'NAME', description: 'the account', required: true }],
  options: [PASSWORD_STDIN_OPTION, CONFIG_OPTION],
  examples: [{ line: 'nightjar user passwd admin', does: 'Asks for the new password. Nobody needs the old one who can write the database.' }],
  run: (args, io) =>
    withAccounts(args, io, async (accounts) => {
      const { name } = await accounts.user(args.positionals[0] ?? '');
      const password = await readNewPassword(name, args, io);
      const user = await accounts.updateUser(name, { password }, COMMAND_LINE, THIS_MACHINE);
      io.stdout.write(args.json ? `${JSON.stringify(user)}\n` : `changed the password of ${name}; its logins are ended\n`);
    }),
};
