// Settings that were changed over the API: read until they were read, written patiently.
import { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import type { Environment } from './environment.ts';
import { FirstRead } from './first-read.ts';
import { patiently } from './patiently.ts';

/** Kept beside the settings, and none that anybody sets: when the recorder was last alive. */
export const LAST_ALIVE = 'recorder.lastAlive';
/** Kept beside the settings: the switches of the recorder. */
export const CONTROLS = 'controls';
/** Kept beside the settings, followed by the camera's id: the switches of a camera. */
export const CONTROLS_OF = 'controls.';

/** Kept beside the settings: the numbers of cameras. */
export const MONITOR_NUMBERS = 'monitors.numbers';

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
  readonly #first: FirstRead;

  constructor(options: StoredSettingsOptions) {
    this.#options = options;
    const { storedSettings } = options.env;
    this.#first = new FirstRead({
      ...options,
      what: 'settings',
      meanwhile: 'nothing is deleted for its age or the total size',
      read: async () => {
        for (const [name, value] of await storedSettings.all()) if (isSetting(name)) this.#values.set(name, value);
      },
    });
  }

  get isRead(): boolean {
    return this.#first.isDone;
  }

  get values(): ReadonlyMap<string, unknown> {
    return this.#values;
  }

  /** Reads them, and tries again until it works. Never rejects. */
  read(): Promise<void> {
    return this.#first.run();
  }

  stop(): void {
    this.#first.stop();
  }

  /** @param value - `undefined` forgets it. @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async put(name: string, value: unknown): Promise<void> {
    const { clock, storedSettings } = this.#options.env;
    if (!this.isRead) throw new RecorderError('DATABASE_BUSY', 'the settings of the database were not read yet');
    await patiently(clock, () => (value === undefined ? storedSettings.delete(name) : storedSettings.put(name, value)));
    if (value === undefined) this.#values.delete(name);
    else this.#values.set(name, value);
  }
}

const NOTES: readonly string[] = [LAST_ALIVE, CONTROLS, MONITOR_NUMBERS];
const isSetting = (name: string): boolean => !NOTES.includes(name) && !name.startsWith(CONTROLS_OF);
