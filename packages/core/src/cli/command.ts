// The shape of a command. One file each in `commands/`, loaded only when it runs.

/** Where text goes. */
export interface TextSink {
  write(text: string): unknown;
}

/** Where words come from that are no arguments. */
export interface CommandInput {
  /** Whether a person types there. */
  readonly isTty: boolean;
  /** Everything, up to its end. @throws RecorderError `USAGE` where it is longer. */
  readAll(maxBytes: number): Promise<string>;
  /** One line that a person types without seeing it. @throws RecorderError `USAGE` where they leave instead. */
  askHidden(question: string, signal: AbortSignal): Promise<string>;
  /** Resolves when there is no more of it, or `signal` aborts; what comes until then is dropped. */
  ended(signal: AbortSignal): Promise<void>;
}

/** What a command may touch beside its arguments. */
export interface CommandIo {
  /** Results. */
  readonly stdout: TextSink;
  /** Progress, log lines and what went wrong. */
  readonly stderr: TextSink;
  /** Standard input; absent where there is none. */
  readonly input?: CommandInput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; relative paths of the command line start here. */
  readonly cwd: string;
  /** Whether a person watches standard error. */
  readonly isTty: boolean;
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Calls `listener` at each SIGHUP from now on, instead of ending; a terminal that was closed ends the command all the same. */
  onHangup?(listener: () => void): void;
}

/** A positional argument. */
export interface CommandArgument {
  /** As in help: `FILE`. */
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  /** Only of the last one: takes all that follow. */
  readonly many?: boolean;
}

/** An option. */
export interface CommandOption {
  /** `--limit <n>` or `-f, --force`. */
  readonly flags: string;
  readonly description: string;
  /** Words it takes. */
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly required?: boolean;
  /** Takes several words, and may be repeated: `--camera <id...>`. */
  readonly many?: boolean;
}

/** An example for help and reference. */
export interface CommandExample {
  /** The whole line, without prompt. */
  readonly line: string;
  readonly does: string;
}

/** Log levels of `--log-level`. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What was written after the command's name. */
export interface CommandArgs {
  readonly positionals: readonly string[];
  /** By long name in camelCase: `--post-roll 5` is `postRoll: '5'`; flags are `true`. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Words of the options that take several, by the same names; empty where the option was not given. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** `--json`. */
  readonly json: boolean;
  /** `--log-level`, if given. */
  readonly logLevel?: LogLevel;
}

/** 0 ok, 1 failed, 2 wrong usage or bad configuration. */
export type ExitCode = 0 | 1 | 2;

/** A command. */
export interface Command {
  /** One word, or that of its group before it: `user add`. */
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  readonly arguments?: readonly CommandArgument[];
  /** Beside `--help`, `--json` and `--log-level`, which every command has. */
  readonly options?: readonly CommandOption[];
  readonly examples: readonly CommandExample[];
  /** Does it. `RecorderError`s may be thrown: what was asked for wrongly (kind `invalid`) and `CONFIG_*` exit with 2, others with 1, each with its message in one line. */
  run(args: CommandArgs, io: CommandIo): Promise<ExitCode>;
}

/** `--config FILE`, the same for every command that needs the recorder's data. */
export const CONFIG_OPTION: CommandOption = { flags: '--config <file>', description: 'the configuration', default: 'nightjar.yaml' };

/** A camera as probing found it, for `init --camera`. */
export interface ProbedCamera {
  /** One line: codec, size, frame rate. */
  readonly facts: string;
  /** A smaller stream of the same camera, if one was found; without a password that the URL given did not have. */
  readonly detectSource?: string;
}

/** Looks at a source. @throws RecorderError `PROBE_FAILED`. */
export type ProbeSource = (url: string, signal: AbortSignal) => Promise<ProbedCamera>;
