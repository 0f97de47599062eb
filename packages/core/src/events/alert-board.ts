// What a person should know about, until it is over. Raising again with the same text says nothing new.
import type { Alert } from '@nightjar/client';
import { isoTime, type MonotonicMs } from '../model/time.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

/** An alert before it has a date. */
export type AlertBody = Omit<Alert, 'since'>;

/** The same text is worth a line of the log so often, however often it comes and goes. */
const SAY_AGAIN_MS = 60_000;
const MOST_SAID = 200;

/** The recorder's open alerts. */
export class AlertBoard {
  readonly #open = new Map<string, Alert>();
  /** When a text was logged last, the longest ago first. */
  readonly #said = new Map<string, MonotonicMs>();
  /** Alerts whose beginning was logged, so that their end is. */
  readonly #announced = new Set<string>();
  readonly #feed: ChangePublisher;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(ports: { readonly feed: ChangePublisher; readonly clock: Clock; readonly log: Logger }) {
    this.#feed = ports.feed;
    this.#clock = ports.clock;
    this.#log = ports.log;
  }

  /** Oldest first. */
  list(): readonly Alert[] {
    return [...this.#open.values()];
  }

  /** @returns Whether it was logged. */
  raise(body: AlertBody): boolean {
    const before = this.#open.get(body.id);
    if (before !== undefined && before.text === body.text && before.level === body.level) return false;
    const alert: Alert = { ...body, since: before?.since ?? isoTime(this.#clock.wall()) };
    this.#open.set(body.id, alert);
    const isSaid = this.#mayLog(body);
    if (isSaid) {
      this.#log[body.level === 'error' ? 'error' : 'warn'](body.text, { alert: body.id });
      this.#announced.add(body.id);
    }
    this.#feed.publish({ type: 'alert.raised', data: alert });
    return isSaid;
  }

  clear(id: string): void {
    const alert = this.#open.get(id);
    if (alert === undefined) return;
    this.#open.delete(id);
    if (this.#announced.delete(id)) this.#log.info(`over: ${alert.text}`, { alert: id });
    this.#feed.publish({ type: 'alert.cleared', data: alert });
  }

  #mayLog({ id, level, text }: AlertBody): boolean {
    const key = `${id}\n${level}\n${text}`;
    const nowMs = this.#clock.monotonic();
    const lastMs = this.#said.get(key);
    if (lastMs !== undefined && nowMs - lastMs < SAY_AGAIN_MS) return false;
    this.#said.delete(key);
    this.#said.set(key, nowMs);
    const [oldest] = this.#said.keys();
    if (this.#said.size > MOST_SAID && oldest !== undefined) this.#said.delete(oldest);
    return true;
  }
}
