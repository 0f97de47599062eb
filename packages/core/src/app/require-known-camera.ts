// Whether there is a camera, or was one.
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraId } from '../model/ids.ts';
import type { EventStore } from '../ports/event-store.ts';

/** Where cameras are looked up. */
export interface CameraLookup {
  readonly events: Pick<EventStore, 'list'>;
  /** Whether there is such a camera now. */
  hasCamera(id: CameraId): boolean;
}

/** @throws RecorderError `CAMERA_NOT_FOUND`; what a camera recorded that was removed is still there. */
export async function requireKnownCamera({ events, hasCamera }: CameraLookup, id: CameraId): Promise<void> {
  if (hasCamera(id) || (await events.list({ cameraId: id, limit: 1 })).length > 0) return;
  throw new RecorderError('CAMERA_NOT_FOUND', `there is no camera ${JSON.stringify(id)}, and no event of one`);
}
