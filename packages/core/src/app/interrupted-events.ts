// Events that something cut off (a kill, a disk that went away): repaired, given their picture, and only then `ready`.
import type { EventRecord } from '../model/event.ts';
import type { EventId } from '../model/ids.ts';
import type { AreaStatus } from '../storage/area.ts';
import { recoverAtStartup } from '../storage/startup-recovery.ts';
import type { AreaWatch } from './area-watch.ts';
import type { Environment } from './environment.ts';
import type { EventDesk } from './event-desk.ts';

/** What recovering works with. */
export interface InterruptedEventsOptions {
  readonly env: Environment;
  readonly serverId: string;
  readonly desk: EventDesk;
  readonly areas: AreaWatch;
  /** Does something to an event's row while nobody else does. */
  readonly exclusively: <T>(id: EventId, work: () => Promise<T>) => Promise<T>;
  /** Whether pictures of a camera's events carry their time as EXIF. */
  hasExif(cameraId: string): boolean;
}

/** Finishes what was cut off. */
export class InterruptedEvents {
  readonly #options: InterruptedEventsOptions;

  constructor(options: InterruptedEventsOptions) {
    this.#options = options;
  }

  /**
   * Repairs the files and rows of events in `areas` that nobody records any more; resolves before their pictures are
   * made, so that no camera waits for those. Until it has its picture an event stays `closed` with its marker, and a
   * kill meanwhile makes the next start try again. Never rejects.
   */
  async finish(areas: readonly AreaStatus[]): Promise<void> {
    const { env, serverId, desk, exclusively } = this.#options;
    const { recovered, unsaved } = await recoverAtStartup({
      serverId,
      areas,
      store: env.events,
      files: env.files,
      journal: env.journal,
      logger: env.log,
      isLive: (id) => desk.isLive(id),
      exclusively,
    });
    if (recovered.length > 0) env.log.info(`recovered ${recovered.length} event(s) that were cut off`);
    for (const row of [...recovered, ...unsaved]) {
      // `ready` rows come along where the picture was made before the kill.
      if (row.state === 'ready') desk.save(row);
      else void this.#complete(row);
    }
  }

  async #complete(row: EventRecord): Promise<void> {
    const { desk, areas, hasExif, exclusively } = this.#options;
    const root = areas.rootOf(row.areaId);
    if (root === undefined) return;
    desk.save(row);
    const hasSnapshot = await desk.snapshot({ exif: hasExif(row.cameraId) }, { row, root, snapshotAtMs: row.startMs });
    if (hasSnapshot === undefined) return;
    await exclusively(row.id, async () => {
      // Somebody may have changed or deleted it meanwhile.
      const now = await desk.find(row.id).catch(() => row);
      if (now === undefined || now.state === 'deleting') return;
      const ready: EventRecord = { ...now, state: 'ready', hasSnapshot };
      desk.save(ready);
      desk.publish('event.ready', ready);
    });
  }
}
