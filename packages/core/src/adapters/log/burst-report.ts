// Says the same fault at most once in a while, with a count of what was left out.
import type { Clock } from '../../ports/clock.ts';
import type { LogFields, Logger } from '../../ports/logger.ts';

/** The same fault is said at most once in this time. */
export const BURST_INTERVAL_MS = 1000;

/** Different faults that are watched at a time; beyond it lines pass as they come. */
const MAX_FAULTS = 1000;

interface Burst {
  repeated: number;
  fields: LogFields | undefined;
}

/**
 * A logger whose warnings and errors of the same text and the same child come at most once per `intervalMs`. Lines that
 * were left out are summed up in one line with the newest fields and `repeated`, when the interval is over.
 */
export function limitBursts(logger: Logger, clock: Pick<Clock, 'after'>, intervalMs: number = BURST_INTERVAL_MS): Logger {
  return limited(logger, { clock, intervalMs, bursts: new Map() }, '');
}

interface Shared {
  readonly clock: Pick<Clock, 'after'>;
  readonly intervalMs: number;
  readonly bursts: Map<string, Burst>;
}

function limited(logger: Logger, shared: Shared, name: string): Logger {
  const say =
    (level: 'warn' | 'error') =>
    (message: string, fields?: LogFields): void => {
      const key = `${level}\0${name}\0${message}`;
      const burst = shared.bursts.get(key);
      if (burst !== undefined) {
        burst.repeated += 1;
        burst.fields = fields;
        return;
      }
      logger[level](message, fields);
      if (shared.bursts.size < MAX_FAULTS) watch(key, (summary) => logger[level](message, summary), shared);
    };
  return {
    debug: (message, fields) => logger.debug(message, fields),
    info: (message, fields) => logger.info(message, fields),
    warn: say('warn'),
    error: say('error'),
    child: (fields) => limited(logger.child(fields), shared, `${name}\0${JSON.stringify(fields)}`),
  };
}

function watch(key: string, summarise: (fields: LogFields) => void, shared: Shared): void {
  shared.bursts.set(key, { repeated: 0, fields: undefined });
  const end = (): void => {
    const burst = shared.bursts.get(key);
    if (burst === undefined || burst.repeated === 0) {
      shared.bursts.delete(key);
      return;
    }
    summarise({ ...burst.fields, repeated: burst.repeated });
    shared.bursts.set(key, { repeated: 0, fields: undefined });
    shared.clock.after(shared.intervalMs, end);
  };
  shared.clock.after(shared.intervalMs, end);
}
