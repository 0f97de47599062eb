// From the words of a command line to an exit code. Whatever happens, people get one line about it.
import { CommanderError, Option, Command as Parser } from 'commander';
import { InvariantError, RecorderError } from '../errors/recorder-error.ts';
import { nearestWord } from '../util/nearest-word.ts';
import type { Command, CommandArgs, CommandIo, ExitCode, LogLevel } from './command.ts';
import { COMMANDS, type CommandEntry } from './registry.ts';

/** What the command line itself is made of. */
export interface CliOptions {
  readonly io: CommandIo;
  readonly version: string;
  /** For tests; else every command there is. */
  readonly commands?: readonly CommandEntry[];
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
    const name = first === 'help' ? (rest[0] ?? '') : first;
    const entry = commands.find((candidate) => candidate.name === name);
    if (entry === undefined) {
      throw usage(
        `unknown command ${printable(name)}`,
        nearestWord(
          name,
          commands.map((candidate) => candidate.name),
        ),
      );
    }
    const command = await entry.load();
    return await runCommand(command, first === 'help' ? ['--help'] : rest, io);
  } catch (error) {
    return reportError(error, io);
  }
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
  const { json, logLevel, ...options } = parser.opts<Record<string, string | boolean | undefined>>();
  const args: CommandArgs = { positionals: parser.args, options, json: json === true, ...(isLogLevel(logLevel) ? { logLevel } : {}) };
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

function usage(message: string, nearest?: string): RecorderError {
  return new RecorderError('USAGE', nearest === undefined ? message : `${message}; did you mean ${nearest}?`);
}

/** What was typed, harmless on a terminal. */
const printable = (text: string): string => JSON.stringify(text.slice(0, 80)).slice(1, -1);

function overview(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const list = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}\n`).join('');
  return (
    `Usage: nightjar COMMAND [OPTION]…\n\nThe camera recorder for people who live in home automation.\n\nCommands:\n${list}\n` +
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
  if (known?.code === 'CONFIG_INVALID' || known?.code === 'CONFIG_UNREADABLE') {
    io.stderr.write(`${known.message}\n`);
    return 2;
  }
  const message = (known ?? (error instanceof Error ? error : new Error(String(error)))).message.replace(/\s*\n\s*/g, ' ');
  // Scripts and service managers tell by the code that somebody else is in the way.
  const code = known?.kind === 'conflict' ? ` (${known.code})` : '';
  io.stderr.write(`nightjar: ${known === undefined ? 'internal error: ' : ''}${message}${code}\n`);
  return known?.kind === 'invalid' ? 2 : 1;
}
