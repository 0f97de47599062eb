// A new password for an account: typed twice without being shown, or from standard input; never an argument, which others on the
// machine can read.
import { RecorderError } from '../errors/recorder-error.ts';
import type { CommandArgs, CommandIo, CommandOption } from './command.ts';

/** `--password-stdin`. */
export const PASSWORD_STDIN_OPTION: CommandOption = { flags: '--password-stdin', description: 'read the password from the first line of standard input' };

const MOST_BYTES = 4096;

/** @throws RecorderError `USAGE` where there is none. */
export async function readNewPassword(name: string, { options }: CommandArgs, { input, signal }: CommandIo): Promise<string> {
  if (options['passwordStdin'] === true) {
    const [password = ''] = ((await input?.readAll(MOST_BYTES)) ?? '').split(/\r?\n/);
    if (password === '') throw new RecorderError('USAGE', '--password-stdin: standard input is empty');
    return password;
  }
  if (input?.isTty !== true) throw new RecorderError('USAGE', 'there is no terminal to ask for the password on; --password-stdin reads it from standard input');
  const password = await input.askHidden(`New password for ${name}: `, signal);
  if ((await input.askHidden('The same again: ', signal)) !== password) throw new RecorderError('USAGE', 'the two passwords are not the same');
  return password;
}
