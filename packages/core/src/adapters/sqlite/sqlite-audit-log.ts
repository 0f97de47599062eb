// The audit log in SQLite.
import { type RawBuilder, sql } from 'kysely';
import { type AuditEntry, type AuditFact, type AuditKind, REFUSALS } from '../../model/account.ts';
import { wallMs } from '../../model/time.ts';
import type { AuditBounds, AuditLog } from '../../ports/audit-log.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** Most entries one `list` reads. */
export const AUDIT_LIST_LIMIT = 1000;

/** Most entries of each sort one `prune` forgets: a call must stay short. */
export const AUDIT_PRUNE_LIMIT = 2000;

/** As `isFailedLogin`. */
const FAILED_LOGINS = sql`is_refusal = 1 and kind = 'login-failed' and name is not null`;
const OTHER_REFUSALS = sql`is_refusal = 1 and (kind <> 'login-failed' or name is null)`;
const OTHERS = sql`is_refusal = 0`;

/** `AuditLog` over one SQLite file. */
export class SqliteAuditLog implements AuditLog {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async add({ atMs, kind, name, address, detail, count }: AuditFact): Promise<void> {
    const row = { at_ms: Math.round(atMs), kind, is_refusal: Number(REFUSALS.includes(kind)), name, address, detail, count };
    await this.#database.run('writing the audit log', () => this.#database.db.insertInto('audit').values(row).execute());
  }

  async list(limit: number, beforeId?: number): Promise<readonly AuditEntry[]> {
    const rows = await this.#database.run('reading the audit log', () => {
      const newest = this.#database.db
        .selectFrom('audit')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(Math.min(Math.max(0, Math.floor(limit)), AUDIT_LIST_LIMIT));
      return (beforeId === undefined ? newest : newest.where('id', '<', beforeId)).execute();
    });
    return rows.map(({ id, at_ms, kind, name, address, detail, count }) => ({
      id,
      atMs: wallMs(at_ms),
      kind: kind as AuditKind,
      name,
      address,
      detail,
      count,
    }));
  }

  async prune({ since, refusals, others }: AuditBounds): Promise<number> {
    const beyond = (sort: RawBuilder<unknown>, most: number): RawBuilder<unknown> =>
      sql`${sort} and id <= (select id from audit where ${sort} order by id desc limit 1 offset ${most}) order by id`;
    let forgotten = 0;
    for (const surplus of [sql`at_ms < ${since} order by at_ms`, beyond(FAILED_LOGINS, refusals), beyond(OTHER_REFUSALS, refusals), beyond(OTHERS, others)]) {
      const { numAffectedRows } = await this.#database.run('pruning the audit log', () =>
        sql`delete from audit where id in (select id from audit where ${surplus} limit ${AUDIT_PRUNE_LIMIT})`.execute(this.#database.db),
      );
      forgotten += Number(numAffectedRows ?? 0n);
    }
    return forgotten;
  }
}
