// Reads something of the database that must be known before it may be written: once, and again and again until it works.
import { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

const READ_AGAIN_MS = 5000;

/** What is read, and who is told. */
export interface FirstReadOptions {
  readonly env: { readonly clock: Clock; readonly log: Logger };
  readonly alerts: AlertBoard;
  /** For the alert and the log: `cameras`. */
  readonly what: string;
  /** What does not work meanwhile; the reason follows. */
  readonly meanwhile: string;
  read(): Promise<void>;
  /** It was read; called once. */
  onRead(): Promise<unknown>;
}

/** One thing that is read. */
export class FirstRead {
  readonly #options: FirstReadOptions;
  #isDone = false;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(options: FirstReadOptions) {
    this.#options = options;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Tries, and goes on trying. Resolves after the first try, and what follows it. Never rejects. */
  async run(): Promise<void> {
    const { env, alerts, what, meanwhile, read, onRead } = this.#options;
    const id = `${what}-unread`;
    try {
      await read();
    } catch (error) {
      const { message } = RecorderError.wrap(error, 'DATABASE_FAILED', `reading the ${what}`);
      alerts.raise({ id, level: 'error', text: `${meanwhile} until the database can be read: ${message}` });
      if (!this.#isStopped) this.#cancel = env.clock.after(READ_AGAIN_MS, () => void this.run());
      return;
    }
    alerts.clear(id);
    this.#isDone = true;
    try {
      await onRead();
    } catch (error) {
      env.log.error(`the ${what} were read, and could not be put in force`, { error });
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }
}
