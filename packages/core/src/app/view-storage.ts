// The storage areas as clients see them: whether they can be used, how much room there is, and what the recorder keeps there.
import type { StorageArea } from '@nightjar/client';
import type { EventStore } from '../ports/event-store.ts';
import type { AreaWatch } from './area-watch.ts';

/** Looks at every disk now; one that does not answer is not waited for. @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`. */
export async function viewStorage(areas: Pick<AreaWatch, 'check' | 'all'>, store: Pick<EventStore, 'usage'>): Promise<readonly StorageArea[]> {
  await areas.check();
  return Promise.all(
    areas.all.map(async ({ area, status }): Promise<StorageArea> => {
      const { events, sizeBytes } = await store.usage(area.id);
      const known = { id: area.id, path: area.path, scheme: area.scheme, events, eventBytes: sizeBytes };
      if (status?.usable === true) return { ...known, usable: true, totalBytes: status.space.totalBytes, freeBytes: status.space.freeBytes };
      return {
        ...known,
        usable: false,
        problem: status?.problem.message ?? `storage area ${area.id} (${area.path}) does not answer`,
        totalBytes: 0,
        freeBytes: 0,
      };
    }),
  );
}
