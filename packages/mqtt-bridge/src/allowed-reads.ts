// What a token may not read is left out, and said once.
import { isNotAllowed } from '@nightjar/client';
import type { CalmLogger } from './logger.ts';

/** Reads what only some may. */
export class AllowedReads {
  readonly #logger: CalmLogger;
  readonly #refused = new Set<string>();

  constructor(logger: CalmLogger) {
    this.#logger = logger;
  }

  /** @returns What was read; nothing where whoever asks may not know it. @throws whatever else `reading` throws. */
  async read<T>(what: string, reading: Promise<T>): Promise<T | undefined> {
    try {
      const value = await reading;
      this.#refused.delete(what);
      return value;
    } catch (error) {
      if (!isNotAllowed(error)) throw error;
      if (!this.#refused.has(what))
        this.#logger.warn(`MQTT: the recorder's token may not read ${what}, which is not published then; one with the role operator may`);
      this.#refused.add(what);
      return undefined;
    }
  }
}
