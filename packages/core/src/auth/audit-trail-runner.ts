// Writes the audit log and tells the log, so that strangers can fill neither: refusals that repeat are counted, many different ones
// are only counted together.
import { RecorderError } from '../errors/recorder-error.ts';
import { type AuditEntry, type AuditFact, REFUSALS } from '../model/account.ts';
import { wallMs } from '../model/time.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { BusyDatabaseRunner } from './busy-database-runner.ts';

/** What the audit log keeps at most: a few MB. */
export const AUDIT_LIMITS = { days: 365, refusals: 5000, others: 20_000 } as const;

/** The same refusal is written once, and after so long again with a count. */
export const REPEAT_MS = 60_000;
/** Different refusals that are written at once, and one more each so often. */
export const REFUSAL_BURST = 100;
const REFUSAL_REFILL_MS = 2000;

const DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;
const PRUNE_EVERY_WRITES = 200;
const MOST_PRUNES = 20;
const MOST_QUEUED = 1000;
const LONGEST_TEXT = 200;

/** What happened. */
export type AuditEvent = Pick<AuditFact, 'kind' | 'name' | 'address' | 'detail'>;

/** What the trail is made with. */
export interface AuditTrailParts {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly database: BusyDatabaseRunner;
}

/** The way into the audit log. */
export class AuditTrail {
  readonly #parts: AuditTrailParts;
  /** How often each refusal came since it was written. */
  readonly #repeats = new Map<string, { readonly event: AuditEvent; count: number }>();
  readonly #stopTimers: (() => void)[] = [];
  #allowance = REFUSAL_BURST;
  #allowanceMs: number;
  #leftOut = 0;
  #queued = 0;
  #written = 0;
  #closing = false;
  #tail: Promise<void> = Promise.resolve();

  constructor(parts: AuditTrailParts) {
    this.#parts = parts;
    this.#allowanceMs = parts.clock.monotonic();
    this.#stopTimers.push(parts.clock.every(REPEAT_MS, () => this.#writeCounts()));
    this.#stopTimers.push(parts.clock.every(PRUNE_EVERY_MS, () => this.#enqueue(() => this.#prune())));
  }

  /** Takes something down; never waits and never throws. */
  record(event: AuditEvent): void {
    const tidy = { ...event, address: plain(event.address), detail: plain(event.detail) };
    if (!REFUSALS.includes(event.kind)) {
      this.#write(tidy, 1);
      return;
    }
    const key = JSON.stringify(tidy);
    const repeated = this.#repeats.get(key);
    if (repeated !== undefined) repeated.count += 1;
    else if (this.#takeAllowance()) {
      this.#repeats.set(key, { event: tidy, count: 0 });
      this.#write(tidy, 1);
    } else this.#leftOut += 1;
  }

  /** Newest first, with everything that was taken down until now. */
  async list(limit: number, beforeId?: number): Promise<readonly AuditEntry[]> {
    if (beforeId === undefined) this.#writeCounts();
    await this.#tail;
    return this.#parts.database.run(() => this.#parts.audit.list(limit, beforeId));
  }

  /** Writes what is left and stops. */
  async close(): Promise<void> {
    for (const stop of this.#stopTimers.splice(0)) stop();
    this.#writeCounts();
    this.#closing = true;
    await this.#tail;
  }

  #takeAllowance(): boolean {
    const nowMs = this.#parts.clock.monotonic();
    this.#allowance = Math.min(REFUSAL_BURST, this.#allowance + (nowMs - this.#allowanceMs) / REFUSAL_REFILL_MS);
    this.#allowanceMs = nowMs;
    if (this.#allowance < 1) return false;
    this.#allowance -= 1;
    return true;
  }

  #writeCounts(): void {
    for (const [key, repeated] of this.#repeats) {
      if (repeated.count === 0) this.#repeats.delete(key);
      else this.#write(repeated.event, repeated.count);
      repeated.count = 0;
    }
    if (this.#leftOut === 0) return;
    this.#write({ kind: 'token-refused', name: null, address: 'many', detail: 'more refusals than are written one by one' }, this.#leftOut);
    this.#leftOut = 0;
  }

  #write(event: AuditEvent, count: number): void {
    const { audit, clock, log } = this.#parts;
    const { kind, detail, name, address } = event;
    const isRefusal = REFUSALS.includes(kind);
    log[isRefusal ? 'warn' : 'info'](`${kind}: ${detail}`, { ...(name === null ? {} : { name }), address, ...(count === 1 ? {} : { count }) });
    const fact: AuditFact = { ...event, atMs: wallMs(Math.round(clock.wall())), count };
    this.#enqueue(() => audit.add(fact));
    this.#written += 1;
    if (this.#written % PRUNE_EVERY_WRITES === 0) this.#enqueue(() => this.#prune());
  }

  #enqueue(work: () => Promise<void>): void {
    const { database, log } = this.#parts;
    if (this.#queued >= MOST_QUEUED) {
      log.warn('the audit log cannot be written fast enough; something is missing in it');
      return;
    }
    this.#queued += 1;
    this.#tail = this.#tail.then(async () => {
      try {
        // At the end nobody waits for whoever holds the database.
        await (this.#closing ? work() : database.run(work));
      } catch (error) {
        log.warn(`the audit log could not be written: ${RecorderError.wrap(error, 'DATABASE_FAILED', 'audit').message}`);
      }
      this.#queued -= 1;
    });
  }

  async #prune(): Promise<void> {
    const { audit, clock } = this.#parts;
    const { days, refusals, others } = AUDIT_LIMITS;
    for (let round = 0; round < MOST_PRUNES; round += 1)
      if ((await audit.prune({ since: wallMs(clock.wall() - days * DAY_MS), refusals, others })) === 0) return;
  }
}

/** One line of bounded length. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, ' ').slice(0, LONGEST_TEXT);
