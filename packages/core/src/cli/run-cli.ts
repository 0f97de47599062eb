// From the words of a command line to an exit code. Whatever happens, people get one line about it.
import { CommanderError, Option, Command as Parser } from 'commander';
import { InvariantError, RecorderError } from '../errors/recorder-error.ts';
import { nearestWord } from '../util/nearest-word.ts';
import type { Command, CommandArgs, CommandIo, ExitCode, LogLevel } from './command.ts';
import { COMMANDS, type CommandGroup, type CommandLineEntry, isGroup } from './registry.ts';

/** What the command line itself is made of. */
export interface CliOptions {
  readonly io: CommandIo;
  readonly version: string;
  /** For tests; else every command there is. */
  readonly commands?: readonly CommandLineEntry[];
}

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Runs `nightjar` with the words that follow its name. Never rejects. */
export async function runCli(words: readonly string[], { io, version, commands = COMMANDS }: CliOptions): Promise<ExitCode> {
  try {
    const [first, ...rest] = words;
    if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
      (first === undefined ? io.stderr : io.stdout).write(overview(commands));
      return first === undefined ? 2 : 0;
    }
    if (first === '--version' || first === '-V') {
      io.stdout.write(`${version}\n`);
      return 0;
    }
    if (first.startsWith('-')) throw usage(`unknown option ${first}`, nearestWord(first, ['--help', '--version']));
    const isHelp = first === 'help';
    const [name = '', ...more] = isHelp ? rest : words;
    const entry = find(commands, name, 'command');
    if (!isGroup(entry)) return await runCommand(await entry.load(), isHelp ? ['--help'] : more, io);
    return await runGroup(entry, isHelp ? [...more, '--help'] : more, io);
  } catch (error) {
    return reportError(error, io);
  }
}

/** A command of a group, or what there is in it. */
async function runGroup(group: CommandGroup, words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h') {
    (first === undefined ? io.stderr : io.stdout).write(groupOverview(group));
    return first === undefined ? 2 : 0;
  }
  if (first.startsWith('-')) throw usage(`unknown option ${printable(first)}`, nearestWord(first, ['--help']));
  const entry = find(group.commands, `${group.name} ${first}`, `${group.name} command`);
  return await runCommand(await entry.load(), rest, io);
}

/** @throws RecorderError `USAGE` with the nearest name there is. */
function find<Entry extends CommandLineEntry>(entries: readonly Entry[], name: string, what: string): Entry {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const lastWord = (text: string): string => text.split(' ').at(-1) ?? '';
  const nearest = nearestWord(
    lastWord(name),
    entries.map((candidate) => lastWord(candidate.name)),
  );
  const group = name
    .split(' ')
    .slice(0, -1)
    .map((word) => `${word} `);
  throw usage(`unknown ${what} ${printable(lastWord(name))}`, nearest, `nightjar ${group.join('')}--help lists them all`);
}

async function runCommand(command: Command, words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const parser = buildParser(command, io);
  try {
    parser.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw usage(usageMessage(error));
  }
  const { json, logLevel, ...given } = parser.opts<Record<string, string | boolean | readonly string[] | undefined>>();
  const options: Record<string, string | boolean | undefined> = {};
  const lists: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'object') lists[name] = value;
    else options[name] = value;
  }
  const args: CommandArgs = { positionals: parser.args, options, lists, json: json === true, ...(isLogLevel(logLevel) ? { logLevel } : {}) };
  return await command.run(args, io);
}

/** The parser of one command, with help. */
export function buildParser(command: Command, io: Pick<CommandIo, 'stdout'>): Parser {
  const parser = new Parser(`nightjar ${command.name}`);
  parser.exitOverride().summary(command.summary).description(sentence(command.summary)).allowExcessArguments(false);
  parser.configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: () => undefined, getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 });
  for (const argument of command.arguments ?? []) {
    const name = `${argument.name}${argument.many === true ? '...' : ''}`;
    parser.argument(argument.required === true ? `<${name}>` : `[${name}]`, argument.description);
  }
  for (const option of command.options ?? []) {
    const built = new Option(option.flags, option.description);
    if (option.choices !== undefined) built.choices([...option.choices]);
    if (option.default !== undefined) built.default(option.default);
    if (option.required === true) built.makeOptionMandatory();
    parser.addOption(built);
  }
  parser.addOption(new Option('--json', 'print JSON for machines'));
  parser.addOption(new Option('--log-level <level>', 'leave out log lines below this level').choices(LOG_LEVELS));
  const examples = command.examples.map((example) => `  ${example.line}\n      ${example.does}\n`).join('');
  parser.addHelpText('after', `\nExamples:\n${examples}`);
  return parser;
}

const isLogLevel = (value: unknown): value is LogLevel => LOG_LEVELS.some((level) => level === value);

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Commander's sentence without its label, as one line. */
const usageMessage = (error: CommanderError): string =>
  error.message
    .replace(/^error: /, '')
    // Arguments may be URLs with passwords, so they are not repeated.
    .replace(/( but got \d+): .*/s, '$1')
    .replace(/(unknown option '[^'=]*)=[^']*'/, "$1'")
    .replace(/\s*\n\s*/g, ' ')
    .replace(/ \(Did you mean (\S+?)\?\)/, '; did you mean $1?')
    .replaceAll("'", '"');

function usage(message: string, nearest?: string, help?: string): RecorderError {
  const question = nearest === undefined ? message : `${message}; did you mean ${nearest}?`;
  return new RecorderError('USAGE', help === undefined ? question : `${question}${nearest === undefined ? ';' : ''} ${help}`);
}

/** What was typed, harmless on a terminal. */
const printable = (text: string): string => JSON.stringify(text.slice(0, 80)).slice(1, -1);

const listOf = (commands: readonly CommandLineEntry[]): string => {
  const width = Math.max(...commands.map((command) => command.name.length));
  return commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}\n`).join('');
};

const groupOverview = ({ name, summary, commands }: CommandGroup): string =>
  `Usage: nightjar ${name} COMMAND [OPTION]…\n\n${sentence(summary)}\n\nCommands:\n${listOf(commands)}\n` +
  `nightjar ${name} COMMAND --help shows what a command takes, with examples.\n`;

function overview(commands: readonly CommandLineEntry[]): string {
  return (
    `Usage: nightjar COMMAND [OPTION]…\n\nThe camera recorder for people who live in home automation.\n\nCommands:\n${listOf(commands)}\n` +
    'Options:\n  -h, --help     show this, or after a command: what it takes, with examples\n  -V, --version  show the version\n\n' +
    'Examples:\n  nightjar init nightjar.yaml\n      Writes a commented configuration to begin with.\n' +
    '  nightjar check-config nightjar.yaml\n      Lists every mistake in it.\n'
  );
}

function reportError(error: unknown, io: CommandIo): ExitCode {
  if (error instanceof InvariantError) {
    io.stderr.write(`nightjar: internal error: ${error.stack ?? error.message}\n`);
    return 1;
  }
  const known = RecorderError.of(error);
  if (known === undefined && io.signal.aborted) {
    io.stderr.write('nightjar: stopped\n');
    return 1;
  }
  if (known?.code === 'CONFIG_INVALID' || known?.code === 'CONFIG_UNREADABLE') {
    io.stderr.write(`${known.message}\n`);
    return 2;
  }
  const message = (known ?? (error instanceof Error ? error : new Error(String(error)))).message.replace(/\s*\n\s*/g, ' ');
  // Scripts and service managers tell by the code that somebody else is in the way, or an account is missing.
  const code = known?.kind === 'conflict' || known?.code === 'NO_ACCOUNTS' ? ` (${known.code})` : '';
  io.stderr.write(`nightjar: ${known === undefined ? 'internal error: ' : ''}${message}${code}\n`);
  // What may work the next time was no mistake of the command line.
  return known?.kind === 'invalid' && !known.transient ? 2 : 1;
}
