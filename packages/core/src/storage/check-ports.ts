// What both directions of a storage check work on.
import type { EventRecord } from '../model/event.ts';
import type { AreaId, EventId } from '../model/ids.ts';
import type { AreaDisk } from '../ports/area-disk.ts';
import type { EventFiles } from '../ports/event-files.ts';
import type { EventStore } from '../ports/event-store.ts';

/** Ports and shared facts of one check. */
export interface CheckPorts {
  readonly store: EventStore;
  readonly files: Pick<EventFiles, 'inspect' | 'repair' | 'remove'>;
  readonly disk: Pick<AreaDisk, 'exists' | 'holdsFile' | 'walk'>;
  /** Roots of the areas whose disk is the right one. */
  readonly roots: ReadonlyMap<AreaId, string>;
  /** Whether the recorder of an event that is not `ready` runs. */
  isLive(event: EventRecord): boolean;
  /** Events with a marker while their recorder runs: they change under our hands and are left alone. */
  readonly recording: ReadonlySet<EventId>;
  /** Events found in another directory than their row says. */
  readonly moved: Set<EventId>;
}
