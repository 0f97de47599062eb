// The logger of a command: lines for people at a terminal, JSON for everything else.
import { systemClock } from '../adapters/clock/system-clock.ts';
import { limitBursts } from '../adapters/log/burst-report.ts';
import { createPinoLogger } from '../adapters/log/pino-logger.ts';
import type { Logger } from '../ports/logger.ts';
import type { CommandArgs, CommandIo, LogLevel } from './command.ts';

/** A command's logger, and what changes its level while it runs. */
export interface CommandLogger {
  readonly log: Logger;
  /** Without effect where `--log-level` says what the level is. */
  setLevel(level: LogLevel): void;
}

/**
 * Logs to standard error, the same fault at most once a second.
 *
 * @param level - Where `--log-level` says nothing: of the configuration, or of the command.
 */
export function createAdjustableLogger(
  args: Pick<CommandArgs, 'json' | 'logLevel'>,
  io: Pick<CommandIo, 'stderr' | 'isTty'>,
  level: LogLevel = 'info',
): CommandLogger {
  const format = io.isTty && !args.json ? 'lines' : 'json';
  const logger = createPinoLogger({ level: args.logLevel ?? level, format, write: (line) => io.stderr.write(line) });
  const setLevel = (next: LogLevel): void => {
    if (args.logLevel === undefined) logger.setLevel(next);
  };
  return { log: limitBursts(logger, systemClock), setLevel };
}

/** As `createAdjustableLogger`, for commands that change nothing while they run. */
export const createLogger = (...given: Parameters<typeof createAdjustableLogger>): Logger => createAdjustableLogger(...given).log;
