// Reads a recorder's changes without an end, and does one thing after the other, so that a state read earlier never overwrites a later change.
import type { Change } from './change.ts';
import type { RecorderApi } from './recorder-api.ts';

const RETRY_MS = 1000;
/** A recorder that says no, as to a token that was revoked, is asked seldom: it counts wrong logins. */
const REFUSED_MS = 30_000;
/** A network that hiccups, or a recorder that is updated quickly, is no news. */
const GRACE_MS = 10_000;

/** What is told of a recorder that says no to who follows. */
export const LOGIN_REFUSED = 'the recorder refuses the login';

/** Who follows. */
export interface FollowerContext {
  readonly api: Pick<RecorderApi, 'changes'>;
  /** Told what goes wrong, in words and with its reason; it may be told the same often. */
  warn(problem: string, reason: string): void;
  take(change: Change): void | Promise<void>;
  /** Changes were missed, or none was heard before: what they said about states is to be read again. */
  catchUp(): Promise<void>;
  /** The recorder has been away for a while; `catchUp` is called when it is back. */
  away(): void;
  /** How long it is waited for. Default 10 000. */
  readonly graceMs?: number | undefined;
}

/** Follows one recorder until stopped. */
export class RecorderFollower {
  readonly #context: FollowerContext;
  readonly #abort = new AbortController();
  #seq = 0;
  /** What was read of states does not go together with the changes that are read. */
  #hasMissed = true;
  #isAway = false;
  #grace: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(context: FollowerContext) {
    this.#context = context;
  }

  get isStopped(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Whether the recorder has been away for so long that this was said. */
  get isAway(): boolean {
    return this.#isAway;
  }

  start(): void {
    void this.#follow();
  }

  stop(): void {
    this.#abort.abort();
    clearTimeout(this.#grace);
  }

  /** Does a job after all before it; one that fails is logged. */
  do(job: () => void | Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.isStopped) return;
      try {
        await job();
      } catch (error) {
        this.#context.warn('the recorder could not be read', reasonOf(error));
      }
    });
    return this.#work;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      let waitMs = RETRY_MS;
      try {
        const onAlive = (seq: number): void => this.#begun(seq);
        const onBroken = (): void => this.#missing();
        const changes = this.#context.api.changes({ ...(this.#seq === 0 ? {} : { since: this.#seq }), signal, onAlive, onBroken });
        for await (const change of changes) {
          await this.do(() => {
            this.#seq = change.seq;
            return this.#context.take(change);
          });
        }
      } catch (error) {
        if (!signal.aborted) this.#brokeOff(error);
        if (isRefused(error)) waitMs = REFUSED_MS;
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
    }
  }

  /** The feed is read from this number on: states that are read from now on hold until a change says otherwise. */
  #begun(seq: number): void {
    this.#seq ||= seq;
    clearTimeout(this.#grace);
    this.#grace = undefined;
    this.#isAway = false;
    if (!this.#hasMissed) return;
    this.#hasMissed = false;
    void this.do(() => this.#context.catchUp());
  }

  /** Nothing is read just now. */
  #missing(): void {
    if (this.isStopped || this.#isAway) return;
    this.#grace ??= setTimeout(() => {
      this.#isAway = true;
      this.#hasMissed = true;
      this.#context.away();
    }, this.#context.graceMs ?? GRACE_MS).unref();
  }

  /** What was missed while the recorder was away, or by reading too slowly, it may not remember: the feed is read from now on then. */
  #brokeOff(error: unknown): void {
    this.#missing();
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'CHANGES_FORGOTTEN') {
      this.#seq = 0;
      this.#hasMissed = true;
    } else this.#context.warn(isRefused(error) ? LOGIN_REFUSED : 'the change feed broke off', reasonOf(error));
  }
}

const isRefused = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'status' in error && (error.status === 401 || error.status === 403);

/** What an error says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
