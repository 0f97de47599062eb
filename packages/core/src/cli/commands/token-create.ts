// `nightjar token create`: a token for a machine, printed once.
import { COMMAND_LINE, THIS_MACHINE } from '../../app/open-accounts.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { RoleName } from '../../model/permission.ts';
import { CONFIG_OPTION, type Command } from '../command.ts';
import { CAMERAS_OPTION, cameraLimit, ROLE_OPTION, withAccounts } from '../with-accounts.ts';

/** `nightjar token create`. */
export const tokenCreateCommand: Command = {
  name: 'token create',
  summary: 'make a token for a machine and print it',
  arguments: [{ name: 'NAME', description: 'what uses it, as lists and the audit log show it', required: true }],
  options: [ROLE_OPTION, CAMERAS_OPTION, { flags: '--days <n>', description: 'good for so many days (default: until it is revoked)' }, CONFIG_OPTION],
  examples: [
    { line: 'nightjar token create node-red --role operator > node-red.token', does: 'Prints the token, and nothing else, once; only a hash of it is kept.' },
    { line: 'nightjar token create doorbell --camera porch --days 30', does: 'A token that sees one camera for a month.' },
  ],
  run: (args, io) =>
    withAccounts(args, io, async (accounts, config) => {
      const [name = ''] = args.positionals;
      const expiresInDays = readDays(args.options['days']);
      const cameras = cameraLimit(args, config, io);
      const input = { name, role: args.options['role'] as RoleName, cameras, ...(expiresInDays === undefined ? {} : { expiresInDays }) };
      const created = await accounts.createToken(input, COMMAND_LINE, THIS_MACHINE);
      io.stdout.write(args.json ? `${JSON.stringify(created)}\n` : `${created.token}\n`);
    }),
};

function readDays(text: string | boolean | undefined): number | undefined {
  if (typeof text !== 'string') return undefined;
  if (!/^\d{1,4}$/.test(text)) throw new RecorderError('USAGE', '--days takes a whole number from 1 to 3650');
  return Number(text);
}
