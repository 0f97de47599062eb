// Settings that were changed over the API: read until they were read, written patiently.
import { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import type { Environment } from './environment.ts';
import { patiently } from './patiently.ts';

const READ_AGAIN_MS = 5000;
const ALERT = 'settings-unread';

/** What reading and writing need. */
export interface StoredSettingsOptions {
  readonly env: Environment;
  readonly alerts: AlertBoard;
  /** They were read; called once. */
  onRead(): Promise<unknown>;
}

/** The settings of the database. */
export class StoredSettings {
  readonly #options: StoredSettingsOptions;
  readonly #values = new Map<string, unknown>();
  #isRead = false;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(options: StoredSettingsOptions) {
    this.#options = options;
  }

  get isRead(): boolean {
    return this.#isRead;
  }

  get values(): ReadonlyMap<string, unknown> {
    return this.#values;
  }

  /** Reads them, and tries again until it works. Never rejects. */
  async read(): Promise<void> {
    const { env, alerts, onRead } = this.#options;
    try {
      for (const [name, value] of await env.storedSettings.all()) this.#values.set(name, value);
    } catch (error) {
      const { message } = RecorderError.wrap(error, 'DATABASE_FAILED', 'reading the settings');
      alerts.raise({ id: ALERT, level: 'error', text: `nothing is deleted for its age or the total size until the database can be read: ${message}` });
      if (!this.#isStopped) this.#cancel = env.clock.after(READ_AGAIN_MS, () => void this.read());
      return;
    }
    alerts.clear(ALERT);
    this.#isRead = true;
    await onRead();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** @param value - `undefined` forgets it. @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async put(name: string, value: unknown): Promise<void> {
    const { clock, storedSettings } = this.#options.env;
    if (!this.#isRead) throw new RecorderError('DATABASE_BUSY', 'the settings of the database were not read yet');
    await patiently(clock, () => (value === undefined ? storedSettings.delete(name) : storedSettings.put(name, value)));
    if (value === undefined) this.#values.delete(name);
    else this.#values.set(name, value);
  }
}
