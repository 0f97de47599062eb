// Log lines through pino: JSON for machines, readable lines for people.
import { type Logger as Pino, pino, stdTimeFunctions } from 'pino';
import type { LogFields, Logger } from '../../ports/logger.ts';
import { dataWithoutSecrets } from '../../util/without-secrets.ts';

/** What is worth a line. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A logger whose level can change, for its children too. */
export interface AdjustableLogger extends Logger {
  setLevel(level: LogLevel): void;
}

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** How lines are written. */
export interface LoggerOptions {
  readonly level: LogLevel;
  /** `json`: one object a line; `lines`: for a terminal. */
  readonly format: 'json' | 'lines';
  /** Takes one line with its end. */
  readonly write: (line: string) => unknown;
}

/** A logger over pino. Fields named `error` may hold an Error; its stack is written only where it is our own mistake. */
export function createPinoLogger({ level, format, write }: LoggerOptions): AdjustableLogger {
  const destination = {
    write: (line: string) => {
      // The second net: secrets are `Secret` values, and whatever slipped past that is taken out here.
      const clean = dataWithoutSecrets(JSON.parse(line)) as Record<string, unknown>;
      write(format === 'json' ? `${JSON.stringify(clean)}\n` : readable(clean));
    },
  };
  const root = pino(
    {
      level: 'debug',
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError, err: describeError, cause: describeError },
    },
    destination,
  );
  const threshold = { rank: RANKS[level] };
  return {
    ...adapt(root, threshold),
    setLevel: (next) => {
      threshold.rank = RANKS[next];
    },
  };
}

/** Children of pino do not follow a level that changes, so it is looked at here. */
function adapt(logger: Pino, threshold: { readonly rank: number }): Logger {
  const line =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (RANKS[level] >= threshold.rank) logger[level](fields, message);
    };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error'), child: (fields) => adapt(logger.child(fields), threshold) };
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  // What the world does needs no stack; what we do wrong does.
  const stack = error.name === 'InvariantError' || error.name === 'TypeError' || error.name === 'RangeError' ? { stack: error.stack } : {};
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
  return { name: error.name, ...code, message: error.message, ...cause, ...stack };
}

/** `12:30:01.250 warn  message key=value …` */
function readable({ level, time, message, ...fields }: Record<string, unknown>): string {
  const clock = String(time).slice(11, 23);
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${plain(value)}`);
  return `${clock} ${String(level).padEnd(5)} ${String(message ?? '')}${rest.join('')}\n`;
}

function plain(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'object' && value !== null && 'message' in value && 'name' in value) {
    const stack = 'stack' in value ? `\n${String(value.stack)}` : '';
    return `${JSON.stringify(value.message)}${stack}`;
  }
  return JSON.stringify(value);
}
