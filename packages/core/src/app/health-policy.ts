// The recorder's health in one word. Pure.
import type { Alert, Health } from '@nightjar/client';

/** Alerts that mean footage is being lost. */
const LOSING = ['disk-full-', 'recording-'] as const;

/**
 * 1. `failing`: footage is lost now: no disk can be written to, one is full, or no camera at all delivers.
 * 2. `degraded`: something needs a look, and what cameras send is stored: one disk of several is away, for instance.
 * 3. `ok`: nothing to say. Cameras that are still connecting for the first time are nothing to say.
 *
 * @param usableAreas - Storage areas that can be written to now.
 */
export function healthStatus(
  problems: readonly Pick<Alert, 'id'>[],
  cameras: { readonly total: number; readonly online: number },
  usableAreas: number,
): Health['status'] {
  if (problems.length === 0) return 'ok';
  if (problems.some(({ id }) => LOSING.some((prefix) => id.startsWith(prefix)))) return 'failing';
  if (usableAreas === 0 && problems.some(({ id }) => id.startsWith('area-'))) return 'failing';
  return cameras.total > 0 && cameras.online === 0 ? 'failing' : 'degraded';
}
