// How long a camera's events take from one stage to the next. Looks on from outside; nothing waits for it.
import type { EventChangeType } from '../../events/event-tracker.ts';
import type { EventRecord } from '../../model/event.ts';
import type { EventId } from '../../model/ids.ts';
import type { WallMs } from '../../model/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Histogram } from '../../util/metrics-register.ts';

/** Times the events of one camera. */
export class EventTimings {
  readonly #clock: Clock;
  readonly #latency: Histogram;
  /** The alarm that no event was opened for yet. */
  #alarm: { readonly knownMs: number; readonly capturedMs: WallMs } | undefined;
  readonly #placed = new Map<EventId, number>();
  readonly #closed = new Map<EventId, number>();

  constructor(clock: Clock, latency: Histogram) {
    this.#clock = clock;
    this.#latency = latency;
  }

  /** An alarm began with a frame captured then, or is over (`undefined`). */
  alarm(capturedMs: WallMs | undefined): void {
    this.#alarm = capturedMs === undefined ? undefined : { knownMs: this.#clock.monotonic(), capturedMs };
  }

  /** An event has its place. */
  placed({ id }: EventRecord): void {
    this.#placed.set(id, this.#clock.monotonic());
  }

  /** Others were told of an event. */
  published(type: EventChangeType, row: EventRecord): void {
    if (type === 'event.opened') this.#opened(row);
    else if (type === 'event.closed') this.#closed.set(row.id, this.#clock.monotonic());
    else if (type === 'event.ready') this.#since(this.#closed, row.id, 'closed_to_ready');
  }

  /** Nothing more comes of an event. */
  released(id: EventId): void {
    this.#placed.delete(id);
    this.#closed.delete(id);
  }

  #opened({ id, causes }: EventRecord): void {
    // Others hear of an event once its first fragment is on disk.
    this.#since(this.#placed, id, 'placed_to_stored');
    const alarm = this.#alarm;
    this.#alarm = undefined;
    // An alarm may also fall into an event that was open already.
    if (alarm === undefined || causes[0]?.kind !== 'motion') return;
    this.#latency.observe((this.#clock.monotonic() - alarm.knownMs) / 1000, 'alarm_to_opened');
    this.#latency.observe(Math.max(0, this.#clock.wall() - alarm.capturedMs) / 1000, 'captured_to_announced');
  }

  #since(from: Map<EventId, number>, id: EventId, stage: string): void {
    const fromMs = from.get(id);
    from.delete(id);
    if (fromMs !== undefined) this.#latency.observe((this.#clock.monotonic() - fromMs) / 1000, stage);
  }
}
