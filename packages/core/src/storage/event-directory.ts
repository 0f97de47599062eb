// Picks the directory of a new event, asking the disk where two events could mean the same one.
import type { PathScheme } from '../model/event.ts';
import type { CameraId, EventId } from '../model/ids.ts';
import type { WallMs } from '../model/time.ts';
import type { AreaDisk } from '../ports/area-disk.ts';
import { eventDirectory } from './path-scheme.ts';

/** Whose directory is wanted, and where. */
export interface DirectoryRequest {
  /** Absolute path of the area. */
  readonly root: string;
  readonly scheme: PathScheme;
  readonly cameraId: CameraId;
  readonly startMs: WallMs;
  readonly eventId: EventId;
}

/**
 * The directory for a new event, below its area's root. A camera's events must be asked for one after the other, each
 * directory made before the next is asked for. When the disk cannot say, the name is the one that cannot collide.
 */
export const chooseDirectory = async (disk: Pick<AreaDisk, 'exists'>, request: DirectoryRequest): Promise<string> => {
  const { root, scheme, cameraId, startMs, eventId } = request;
  const plain = eventDirectory(scheme, cameraId, startMs, eventId);
  if (scheme !== 'deep') return plain;
  const isTaken = await disk.exists(root, plain).catch(() => true);
  return eventDirectory(scheme, cameraId, startMs, eventId, () => isTaken);
};
