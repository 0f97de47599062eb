// The logger of a command: lines for people at a terminal, JSON for everything else.
import { systemClock } from '../adapters/clock/system-clock.ts';
import { limitBursts } from '../adapters/log/burst-report.ts';
import { createPinoLogger } from '../adapters/log/pino-logger.ts';
import type { Logger } from '../ports/logger.ts';
import type { CommandArgs, CommandIo, LogLevel } from './command.ts';

/**
 * Logs to standard error, the same fault at most once a second.
 *
 * @param level - Where `--log-level` says nothing: of the configuration, or of the command.
 */
export function createLogger(args: Pick<CommandArgs, 'json' | 'logLevel'>, io: Pick<CommandIo, 'stderr' | 'isTty'>, level: LogLevel = 'info'): Logger {
  const format = io.isTty && !args.json ? 'lines' : 'json';
  return limitBursts(createPinoLogger({ level: args.logLevel ?? level, format, write: (line) => io.stderr.write(line) }), systemClock);
}
