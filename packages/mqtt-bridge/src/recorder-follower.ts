// Reads a recorder's changes without an end, and does one thing after the other, so that a state read earlier never overwrites a later change.
import type { Change, RecorderApi } from '@nightjar/client';
import type { CalmLogger } from './logger.ts';

const RETRY_MS = 1000;

/** Who follows. */
export interface FollowerContext {
  readonly api: Pick<RecorderApi, 'changes'>;
  readonly logger: CalmLogger;
  take(change: Change): void | Promise<void>;
  /** Changes were missed, or none was heard before: what they said about states is to be read again. */
  catchUp(): Promise<void>;
}

/** Follows one recorder until stopped. */
export class RecorderFollower {
  readonly #context: FollowerContext;
  readonly #abort = new AbortController();
  #seq = 0;
  /** What was read of states does not go together with the changes that are read. */
  #hasMissed = true;
  #work: Promise<void> = Promise.resolve();

  constructor(context: FollowerContext) {
    this.#context = context;
  }

  get isStopped(): boolean {
    return this.#abort.signal.aborted;
  }

  start(): void {
    void this.#follow();
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Does a job after all before it; one that fails is logged. */
  do(job: () => void | Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.isStopped) return;
      try {
        await job();
      } catch (error) {
        this.#context.logger.warn('MQTT: the recorder could not be read', { reason: reasonOf(error) });
      }
    });
    return this.#work;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        const onAlive = (seq: number): void => this.#begun(seq);
        const changes = this.#context.api.changes(this.#seq === 0 ? { signal, onAlive } : { since: this.#seq, signal, onAlive });
        for await (const change of changes) {
          await this.do(() => {
            this.#seq = change.seq;
            return this.#context.take(change);
          });
        }
      } catch (error) {
        if (!signal.aborted) this.#brokeOff(error);
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
  }

  /** The feed is read from this number on: states that are read from now on hold until a change says otherwise. */
  #begun(seq: number): void {
    this.#seq ||= seq;
    if (!this.#hasMissed) return;
    this.#hasMissed = false;
    void this.do(() => this.#context.catchUp());
  }

  /** What was missed while the recorder was away, or by reading too slowly, it may not remember: the feed is read from now on then. */
  #brokeOff(error: unknown): void {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'CHANGES_FORGOTTEN') {
      this.#seq = 0;
      this.#hasMissed = true;
    } else this.#context.logger.warn('MQTT: the change feed broke off', { reason: reasonOf(error) });
  }
}

/** What an error says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
