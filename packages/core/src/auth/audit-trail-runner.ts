// Writes the audit log and tells the log, so that strangers can fill neither: refusals that repeat are counted, many different ones
// are only counted together, each sort apart, so that none hides another.
import { RecorderError } from '../errors/recorder-error.ts';
import { type AuditEntry, type AuditFact, isFailedLogin, REFUSALS } from '../model/account.ts';
import { wallMs } from '../model/time.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { networkOf } from '../util/network-of.ts';
import type { BusyDatabaseRunner } from './busy-database-runner.ts';
import { RefusalAllowance } from './refusal-allowance.ts';

/** What the audit log keeps at most: a few MB. */
export const AUDIT_LIMITS = { days: 365, refusals: 5000, others: 20_000 } as const;

/** The same refusal is written once, and after so long again with a count. */
export const REPEAT_MS = 60_000;

const DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;
const PRUNE_EVERY_WRITES = 200;
const MOST_PRUNES = 20;
const MOST_QUEUED = 1000;
const LONGEST_TEXT = 200;

/** What happened. */
export interface AuditEvent extends Pick<AuditFact, 'kind' | 'name' | 'address' | 'detail'> {
  /** What makes refusals the same where `detail` has words of who was refused; absent: `detail`. */
  readonly topic?: string;
}

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
  readonly #allowances = new Map<string, RefusalAllowance>();
  /** By kind and account: those that are written with a name exist. */
  readonly #leftOut = new Map<string, { readonly event: AuditEvent; count: number }>();
  #queued = 0;
  #written = 0;
  #closing = false;
  #tail: Promise<void> = Promise.resolve();

  constructor(parts: AuditTrailParts) {
    this.#parts = parts;
    this.#stopTimers.push(parts.clock.every(REPEAT_MS, () => this.#writeCounts()));
    this.#stopTimers.push(parts.clock.every(PRUNE_EVERY_MS, () => this.#enqueue(() => this.#prune())));
  }

  /** Takes something down; never waits and never throws. */
  record({ topic, ...event }: AuditEvent): void {
    const tidy = { ...event, address: plain(event.address), detail: plain(event.detail) };
    if (!REFUSALS.includes(event.kind)) {
      this.#write(tidy, 1);
      return;
    }
    const { kind, name, address } = tidy;
    const key = JSON.stringify([kind, name, address, topic ?? tidy.detail]);
    const repeated = this.#repeats.get(key);
    if (repeated !== undefined) repeated.count += 1;
    else if (this.#takeAllowance(tidy)) {
      this.#repeats.set(key, { event: tidy, count: 0 });
      this.#write(tidy, 1);
    } else this.#leaveOut(tidy);
  }

  /** Newest first, with everything that was taken down until now. */
  async list(limit: number, beforeId?: number): Promise<readonly AuditEntry[]> {
    if (beforeId === undefined) this.#writeCounts();
    await this.#tail;
    return this.#parts.database.read(() => this.#parts.audit.list(limit, beforeId));
  }

  /** Writes what is left and stops. */
  async close(): Promise<void> {
    for (const stop of this.#stopTimers.splice(0)) stop();
    this.#writeCounts();
    this.#closing = true;
    await this.#tail;
  }

  #takeAllowance(event: AuditEvent): boolean {
    const sort = isFailedLogin(event) ? 'failed logins of accounts' : event.kind;
    const allowance = this.#allowances.get(sort) ?? new RefusalAllowance();
    this.#allowances.set(sort, allowance);
    return allowance.take(networkOf(event.address), this.#parts.clock.monotonic());
  }

  #leaveOut({ kind, name }: AuditEvent): void {
    const key = JSON.stringify([kind, name]);
    const event = { kind, name, address: 'many', detail: 'more refusals than are written one by one' };
    const leftOut = this.#leftOut.get(key) ?? { event, count: 0 };
    leftOut.count += 1;
    this.#leftOut.set(key, leftOut);
  }

  #writeCounts(): void {
    for (const [key, repeated] of this.#repeats) {
      if (repeated.count === 0) this.#repeats.delete(key);
      else this.#write(repeated.event, repeated.count);
      repeated.count = 0;
    }
    for (const { event, count } of this.#leftOut.values()) this.#write(event, count);
    this.#leftOut.clear();
    for (const allowance of this.#allowances.values()) allowance.tidy(this.#parts.clock.monotonic());
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
