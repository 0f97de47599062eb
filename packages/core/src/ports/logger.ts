// Logging without a library.

/** Fields of a log line; secrets never. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where lines go: `error` someone must act, `warn` something was lost, `info` a state changed, `debug` we did it ourselves. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose lines carry `fields` too. */
  child(fields: LogFields): Logger;
}
