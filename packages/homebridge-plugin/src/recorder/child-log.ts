// What our own recorder says, as lines of Homebridge's log: what matters at its level, the rest for those who debug.
import type { Logging } from 'homebridge';
import { isMapping } from '../config/fields.ts';

/** Levels of Homebridge's log that are used here. */
export type Log = Pick<Logging, 'debug' | 'info' | 'warn' | 'error'>;

/** A warning that comes again within this time is for those who debug. */
const AGAIN_MS = 600_000;
const MOST_KEPT = 200;
const LONGEST_LINE = 500;

/** Passes on lines of the recorder's standard error. */
export class ChildLog {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #told = new Map<string, number>();
  #last = '';
  #isQuiet = false;

  /** @param now - Milliseconds on a clock that never jumps. */
  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** The last line that was not for machines: why the recorder did not start. */
  get lastWords(): string {
    return this.#last;
  }

  /** From now on everything is for those who debug: what a recorder says that was told to stop is what stopping means. */
  quieten(): void {
    this.#isQuiet = true;
  }

  /** Takes one line. */
  take(line: string): void {
    const read = parse(line);
    if (read === undefined) {
      const words = withoutSecrets(line.trim()).replace(/^nightjar: /, '');
      if (words !== '') this.#last = words;
      // It is told with what follows from it.
      this.#log.debug(`recorder: ${words}`);
      return;
    }
    const level = String(read['level']);
    const camera = typeof read['camera'] === 'string' ? `${read['camera']}: ` : '';
    const text = withoutSecrets(`recorder: ${camera}${String(read['message'] ?? '')}`);
    if (this.#isQuiet || (level !== 'warn' && level !== 'error')) this.#log.debug(text);
    else if (this.#isNew(text)) this.#log[level](text);
    else this.#log.debug(text);
  }

  /** Waits and counts differ from one line to the next; what they are about does not. */
  #isNew(text: string): boolean {
    const [key, nowMs] = [text.replace(/\d+/g, '0'), this.#now()];
    const toldMs = this.#told.get(key);
    if (toldMs !== undefined && nowMs - toldMs < AGAIN_MS) return false;
    this.#told.delete(key);
    this.#told.set(key, nowMs);
    const [oldest] = this.#told.keys();
    if (this.#told.size > MOST_KEPT && oldest !== undefined) this.#told.delete(oldest);
    return true;
  }
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The recorder shows none; this is the second net. */
export const withoutSecrets = (text: string): string =>
  text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, '$1')
    .replace(/([?&](?:pass(?:word|wd)?|pwd|token|key|secret)=)[^&\s"']+/gi, '$1…')
    .replace(/\bnjt_[\w-]+/g, 'njt_…')
    .slice(0, LONGEST_LINE);
