// `nightjar mqtt-password`: the hash of a password, for an account of the embedded broker.
import { PasswordHasher } from '../../auth/password-hasher.ts';
import type { Command } from '../command.ts';
import { PASSWORD_STDIN_OPTION, readNewPassword } from '../read-password.ts';

/** `nightjar mqtt-password`. */
export const mqttPasswordCommand: Command = {
  name: 'mqtt-password',
  summary: 'hash a password for an account of the embedded MQTT broker (`mqtt.users`)',
  options: [PASSWORD_STDIN_OPTION],
  examples: [
    { line: 'nightjar mqtt-password', does: 'Asks for a password and prints its hash, which may stand in the configuration.' },
    { line: 'nightjar mqtt-password --password-stdin < wall.txt', does: 'The password is the first line of a file.' },
  ],
  run: async (args, io) => {
    const password = await readNewPassword('the MQTT account', args, io);
    const hash = await new PasswordHasher().hash(password);
    io.stdout.write(args.json ? `${JSON.stringify({ hash })}\n` : `${hash}\n`);
    return 0;
  },
};
