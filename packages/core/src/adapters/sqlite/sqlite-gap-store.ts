// The gap ledger in SQLite.
import { sql } from 'kysely';
import type { Gap, GapReason } from '../../model/gap.ts';
import type { CameraId } from '../../model/ids.ts';
import type { WallMs } from '../../model/time.ts';
import { wallMs } from '../../model/time.ts';
import type { GapStore } from '../../ports/event-store.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** Most gaps one `list` reads; the newest win. */
export const GAP_LIST_LIMIT = 10_000;

/** Most gaps one `prune` forgets: a call must stay short. */
export const GAP_PRUNE_LIMIT = 2000;

/** `GapStore` over one SQLite file. Adding a gap again, longer, extends it. */
export class SqliteGapStore implements GapStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async add(gap: Gap): Promise<void> {
    const row = {
      camera_id: gap.cameraId,
      from_ms: Math.round(gap.fromMs),
      to_ms: Math.round(gap.toMs),
      reason: gap.reason,
      lost_frames: gap.lostFrames,
    };
    await this.#database.run(`writing a gap of camera ${gap.cameraId}`, () =>
      this.#database.db
        .insertInto('gaps')
        .values(row)
        .onConflict((conflict) => conflict.columns(['camera_id', 'from_ms', 'reason']).doUpdateSet({ to_ms: row.to_ms, lost_frames: row.lost_frames }))
        .execute(),
    );
  }

  async list(cameraId: CameraId, fromMs: WallMs, toMs: WallMs): Promise<readonly Gap[]> {
    const rows = await this.#database.run(`listing gaps of camera ${cameraId}`, () =>
      this.#database.db
        .selectFrom('gaps')
        .selectAll()
        .where('camera_id', '=', cameraId)
        .where('to_ms', '>', fromMs)
        .where('from_ms', '<', toMs)
        .orderBy('to_ms', 'desc')
        .limit(GAP_LIST_LIMIT)
        .execute(),
    );
    return rows
      .map((row) => ({
        cameraId: row.camera_id,
        fromMs: wallMs(row.from_ms),
        toMs: wallMs(row.to_ms),
        reason: row.reason as GapReason,
        lostFrames: row.lost_frames,
      }))
      .sort((a, b) => a.fromMs - b.fromMs);
  }

  async prune(endedBefore: WallMs): Promise<number> {
    return this.#database.run('pruning gaps', async () => {
      const old = sql`select rowid from gaps where to_ms < ${endedBefore} limit ${GAP_PRUNE_LIMIT}`;
      const { numAffectedRows } = await sql`delete from gaps where rowid in (${old})`.execute(this.#database.db);
      return Number(numAffectedRows ?? 0n);
    });
  }
}
