// Pictures of a camera for as long as it is configured: its pipeline may be replaced while somebody watches.
import type { Picture } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { LivePictureOptions } from '../streams/camera-pictures.ts';
import type { RunningCameras } from './running-cameras.ts';

/** A pipeline that replaces another one is there after a moment. */
const LOOK_EVERY_MS = 200;

/** Pictures as they come. @throws RecorderError `CAMERA_NOT_FOUND`, `PICTURES_BUSY`, also while they come. */
export function watchPictures(
  running: RunningCameras,
  clock: Clock,
  id: CameraId,
  options: LivePictureOptions = {},
): AsyncIterableIterator<Picture, undefined> {
  const pipeline = running.pipeline(id);
  const removed = running.removal(id);
  if (pipeline === undefined || removed === undefined) throw new RecorderError('CAMERA_NOT_FOUND', `there is no camera ${JSON.stringify(id)}`);
  const left = new AbortController();
  const over = AbortSignal.any([left.signal, removed, ...(options.signal === undefined ? [] : [options.signal])]);
  let watched = pipeline;
  let current = pipeline.pictures.watch({ ...options, signal: over });
  /** Whether another pipeline took over. */
  const follow = async (): Promise<boolean> => {
    while (!over.aborted && !running.isStopped) {
      const next = running.pipeline(id);
      if (next !== undefined && next !== watched) {
        watched = next;
        current = next.pictures.watch({ ...options, signal: over });
        return true;
      }
      await clock.sleep(LOOK_EVERY_MS, over);
    }
    return false;
  };
  return {
    next: async () => {
      for (;;) {
        const result = await current.next();
        if (result.done !== true || !(await follow())) return result;
      }
    },
    return: async () => {
      left.abort();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
