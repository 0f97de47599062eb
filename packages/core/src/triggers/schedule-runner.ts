// Signals that come by themselves at times of the day. A calendar that is set, or a machine that slept, brings each of them once at most, and
// late by no more than a minute.
import type { PlannedTrigger, TriggerAnswer, TriggerSignal } from '../model/trigger.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { nextCronTime } from '../util/cron-times.ts';

/** How often the calendar is looked at, at least: it may be set. */
const LOOK_EVERY_MS = 30_000;
/** What is later than this is left out: an evening round is of no use in the morning. */
const LATEST_MS = 60_000;
/** A calendar that was set back further begins anew; set back by less, what came does not come again. */
const SET_BACK_MS = 3_600_000;

/** What the runner needs. */
export interface ScheduleRunnerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly hub: { signal(signal: TriggerSignal, isPaced: boolean): Promise<TriggerAnswer> };
}

interface Entry {
  readonly plan: PlannedTrigger;
  /** When it comes next; absent: never. */
  dueMs: number | undefined;
}

/** Brings planned signals. */
export class ScheduleRunner {
  readonly #options: ScheduleRunnerOptions;
  #entries: Entry[] = [];
  /** The latest moment that was looked at. */
  #seenMs = Number.NEGATIVE_INFINITY;
  #cancel: () => void = () => undefined;
  #isRunning = false;

  constructor(options: ScheduleRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isRunning = true;
    this.#look();
  }

  /** Other plans are in force; those that are the same go on. */
  take(plans: readonly PlannedTrigger[]): void {
    const nowMs = this.#options.clock.wall();
    this.#entries = plans.map((plan) => this.#entries.find((entry) => entry.plan === plan) ?? { plan, dueMs: next(plan, nowMs) });
    if (this.#isRunning) this.#look();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancel();
  }

  #look(): void {
    const { clock } = this.#options;
    const nowMs = clock.wall();
    const isSetBack = nowMs < this.#seenMs - SET_BACK_MS;
    this.#seenMs = isSetBack ? nowMs : Math.max(this.#seenMs, nowMs);
    for (const entry of this.#entries) {
      if (isSetBack) entry.dueMs = next(entry.plan, nowMs);
      if (entry.dueMs === undefined || entry.dueMs > nowMs) continue;
      this.#bring(entry.plan, nowMs - entry.dueMs);
      entry.dueMs = next(entry.plan, this.#seenMs);
    }
    this.#cancel();
    const soonest = Math.min(...this.#entries.map(({ dueMs = Number.POSITIVE_INFINITY }) => dueMs - clock.wall()));
    if (this.#entries.length > 0) this.#cancel = clock.after(Math.min(LOOK_EVERY_MS, Math.max(1, soonest)), () => this.#look());
  }

  #bring({ name, cameras, signal }: PlannedTrigger, lateMs: number): void {
    const { log, hub } = this.#options;
    if (lateMs > LATEST_MS) {
      log.warn(`schedule ${name} is left out: it was due ${Math.round(lateMs / 1000)} s ago`);
      return;
    }
    for (const cameraId of cameras)
      hub
        .signal({ ...signal, cameraId, source: `schedule ${name}` }, true)
        .catch((error: unknown) => log.warn(`schedule ${name}: ${error instanceof Error ? error.message : String(error)}`, { camera: cameraId }));
  }
}

/** The first of its times after a moment. */
function next({ crons }: PlannedTrigger, afterMs: number): number | undefined {
  const times = crons.flatMap((cron) => nextCronTime(cron, afterMs) ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}
