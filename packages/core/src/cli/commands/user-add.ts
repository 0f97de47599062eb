// `nightjar user add`: an account.
import { COMMAND_LINE, THIS_MACHINE } from '../../app/open-accounts.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { RoleName } from '../../model/permission.ts';
import { CONFIG_OPTION, type Command } from '../command.ts';
import { PASSWORD_STDIN_OPTION, readNewPassword } from '../read-password.ts';
import { CAMERAS_OPTION, cameraLimit, ROLE_OPTION, withAccounts } from '../with-accounts.ts';

/** `nightjar user add`. */
export const userAddCommand: Command = {
  name: 'user add',
  summary: 'add an account',
  arguments: [{ name: 'NAME', description: 'letters without accents, digits, ".", "_", "-" and "@"', required: true }],
  options: [ROLE_OPTION, CAMERAS_OPTION, PASSWORD_STDIN_OPTION, CONFIG_OPTION],
  examples: [
    { line: 'nightjar user add kim --role operator', does: 'Asks for a password, and adds an account that may watch, edit events and trigger.' },
    {
      line: 'nightjar user add guest --camera porch yard --password-stdin < guest.txt',
      does: 'Adds an account that sees two cameras; the password is in a file.',
    },
  ],
  run: (args, io) =>
    withAccounts(args, io, async (accounts, config) => {
      const [name = ''] = args.positionals;
      // Said before anybody types a password.
      if ((await accounts.users()).some((user) => user.name.toLowerCase() === name.toLowerCase()))
        throw new RecorderError('USER_EXISTS', `there is an account ${name} already; nightjar user passwd gives it another password`);
      accounts.checkName(name);
      const cameras = cameraLimit(args, config, io);
      const password = await readNewPassword(name, args, io);
      const user = await accounts.createUser({ name, password, role: args.options['role'] as RoleName, cameras }, COMMAND_LINE, THIS_MACHINE);
      io.stdout.write(args.json ? `${JSON.stringify(user)}\n` : `added the account ${user.name} (${user.role})\n`);
    }),
};
