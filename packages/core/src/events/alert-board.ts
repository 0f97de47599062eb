// What a person should know about, until it is over. Raising again with the same text says nothing new.
import type { Alert } from '@nightjar/client';
import { isoTime } from '../model/time.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

/** An alert before it has a date. */
export type AlertBody = Omit<Alert, 'since'>;

/** The recorder's open alerts. */
export class AlertBoard {
  readonly #open = new Map<string, Alert>();
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

  raise(body: AlertBody): void {
    const before = this.#open.get(body.id);
    if (before !== undefined && before.text === body.text && before.level === body.level) return;
    const alert: Alert = { ...body, since: before?.since ?? isoTime(this.#clock.wall()) };
    this.#open.set(body.id, alert);
    this.#log[body.level === 'error' ? 'error' : 'warn'](body.text, { alert: body.id });
    this.#feed.publish({ type: 'alert.raised', data: alert });
  }

  clear(id: string): void {
    const alert = this.#open.get(id);
    if (alert === undefined) return;
    this.#open.delete(id);
    this.#log.info(`over: ${alert.text}`, { alert: id });
    this.#feed.publish({ type: 'alert.cleared', data: alert });
  }
}
