// How much is recorded of each camera, as read last: it comes with the cameras, and costs the same however much there is.
import type { CameraState } from '@nightjar/client';
import type { CameraId } from '../model/ids.ts';
import type { EventStore, EventUsage } from '../ports/event-store.ts';

/** What is told of a camera; nothing while it is not known. */
export type RecordedAmount = Pick<CameraState, 'events' | 'eventBytes'>;

const NONE: EventUsage = { events: 0, sizeBytes: 0 };

/** Amounts by camera. */
export class RecordedAmounts {
  readonly #store: Pick<EventStore, 'usageByCamera'>;
  #newest: ReadonlyMap<CameraId, EventUsage> | undefined;

  constructor(store: Pick<EventStore, 'usageByCamera'>) {
    this.#store = store;
  }

  /** Never rejects: where the database does not answer, what was read before stays. */
  async read(): Promise<void> {
    try {
      this.#newest = await this.#store.usageByCamera();
    } catch {
      // Whoever asks for cameras wants to know of the cameras; that the database is away is told elsewhere.
    }
  }

  of(id: CameraId): RecordedAmount {
    if (this.#newest === undefined) return {};
    const { events, sizeBytes } = this.#newest.get(id) ?? NONE;
    return { events, eventBytes: sizeBytes };
  }
}
