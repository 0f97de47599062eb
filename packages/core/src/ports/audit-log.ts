// What happened to accounts and tokens, for the person who runs the recorder. Bounded: strangers can cause entries.
import type { AuditEntry, AuditFact } from '../model/account.ts';
import type { WallMs } from '../model/time.ts';

/** What is kept. */
export interface AuditBounds {
  /** Older entries go. */
  readonly since: WallMs;
  /** Most failed logins of accounts (`isFailedLogin`), and as many other entries of `REFUSALS`: neither push out the other, nor other kinds. */
  readonly refusals: number;
  /** Most entries of other kinds. */
  readonly others: number;
}

/** The audit log. Every method rejects with `RecorderError` `DATABASE_BUSY` or `DATABASE_FAILED`. */
export interface AuditLog {
  add(fact: AuditFact): Promise<void>;
  /** Newest first. @param beforeId - Only entries with a smaller id. */
  list(limit: number, beforeId?: number): Promise<readonly AuditEntry[]>;
  /** Forgets what is beyond the bounds, the oldest first; a call takes some thousands at most. @returns How many it forgot. */
  prune(bounds: AuditBounds): Promise<number>;
}
