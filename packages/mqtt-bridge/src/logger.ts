// Where the package's sentences go, and a logger that does not repeat itself.

/** Facts beside a message; never secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The part of a logger this package needs; the recorder's own fits. */
export interface BridgeLogger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Says nothing. */
export const SILENT: BridgeLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What lasts is worth a line a minute. */
const REPEAT_MS = 60_000;
const MAX_KEYS = 100;

/** Passes a warning on at most once a minute each; the next one says how many were left out (`repeated`). */
export class CalmLogger {
  readonly #logger: BridgeLogger;
  readonly #now: () => number;
  readonly #last = new Map<string, { atMs: number; suppressed: number }>();

  constructor(logger: BridgeLogger, now: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#now = now;
  }

  info(message: string, fields?: LogFields): void {
    this.#logger.info(message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#logger.debug(message, fields);
  }

  /** @returns Whether it was passed on. */
  warn(message: string, fields: LogFields = {}): boolean {
    const nowMs = this.#now();
    const last = this.#last.get(message);
    if (last && nowMs - last.atMs < REPEAT_MS) {
      last.suppressed++;
      return false;
    }
    this.#last.delete(message);
    this.#last.set(message, { atMs: nowMs, suppressed: 0 });
    const [oldest] = this.#last.keys();
    if (this.#last.size > MAX_KEYS && oldest !== undefined) this.#last.delete(oldest);
    this.#logger.warn(message, last && last.suppressed > 0 ? { ...fields, repeated: last.suppressed } : fields);
    return true;
  }
}
