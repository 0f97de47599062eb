// Every command by name. Modules are imported when a command runs, so `--help` loads none of them.
import type { Command } from './command.ts';

/** A command that is not loaded yet. */
export interface CommandEntry {
  readonly name: string;
  /** The command's own summary, again. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** Commands that begin with the same word. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  /** Their names begin with that of the group. */
  readonly commands: readonly CommandEntry[];
}

/** What the first word of a command line may be. */
export type CommandLineEntry = CommandEntry | CommandGroup;

/** Whether more than one command is meant. */
export const isGroup = (entry: CommandLineEntry): entry is CommandGroup => 'commands' in entry;

/** Every command of a list, those of groups too. */
export const everyCommand = (entries: readonly CommandLineEntry[]): readonly CommandEntry[] =>
  entries.flatMap((entry) => (isGroup(entry) ? entry.commands : [entry]));

const USER_COMMANDS: CommandGroup = {
  name: 'user',
  summary: 'add, list and delete accounts, and change their passwords',
  commands: [
    { name: 'user add', summary: 'add an account', load: async () => (await import('./commands/user-add.ts')).userAddCommand },
    { name: 'user list', summary: 'list the accounts', load: async () => (await import('./commands/user-list.ts')).userListCommand },
    {
      name: 'user passwd',
      summary: 'give an account another password and end its logins',
      load: async () => (await import('./commands/user-passwd.ts')).userPasswdCommand,
    },
    { name: 'user delete', summary: 'delete an account and end its logins', load: async () => (await import('./commands/user-delete.ts')).userDeleteCommand },
  ],
};

const TOKEN_COMMANDS: CommandGroup = {
  name: 'token',
  summary: 'make, list and end tokens for machines, and end logins',
  commands: [
    {
      name: 'token create',
      summary: 'make a token for a machine and print it',
      load: async () => (await import('./commands/token-create.ts')).tokenCreateCommand,
    },
    { name: 'token list', summary: "list machines' tokens and logins", load: async () => (await import('./commands/token-list.ts')).tokenListCommand },
    { name: 'token revoke', summary: "end a machine's token or a login", load: async () => (await import('./commands/token-revoke.ts')).tokenRevokeCommand },
  ],
};

/** In the order of help. */
export const COMMANDS: readonly CommandLineEntry[] = [
  {
    name: 'probe',
    summary: 'say what a camera or file is: codec, size, frame rate, key frames, warnings',
    load: async () => (await import('./commands/probe.ts')).probeCommand,
  },
  {
    name: 'analyze',
    summary: 'run the motion detector over video files, faster than real time',
    load: async () => (await import('./commands/analyze.ts')).analyzeCommand,
  },
  {
    name: 'start',
    summary: 'run the recorder in the foreground',
    load: async () => (await import('./commands/start.ts')).startCommand,
  },
  {
    name: 'demo',
    summary: 'try it: a synthetic camera, a temporary folder, events on the screen',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
  {
    name: 'check-config',
    summary: 'check a configuration and list every mistake in it',
    load: async () => (await import('./commands/check-config.ts')).checkConfigCommand,
  },
  {
    name: 'init',
    summary: 'write a commented configuration',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'events',
    summary: 'list recorded events',
    load: async () => (await import('./commands/events.ts')).eventsCommand,
  },
  {
    name: 'export',
    summary: 'write events, or a span of a camera, as one playable file with a manifest of hashes',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  {
    name: 'verify',
    summary: 'check an export or an archived event against its manifest, and name what was changed',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  {
    name: 'check',
    summary: 'compare the database with the files, and repair either from the other',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  USER_COMMANDS,
  {
    name: 'mqtt-password',
    summary: 'hash a password for an account of the embedded MQTT broker (`mqtt.users`)',
    load: async () => (await import('./commands/mqtt-password.ts')).mqttPasswordCommand,
  },
  TOKEN_COMMANDS,
];
