// Pictures of a camera for as long as it is configured: its pipeline may be replaced while somebody watches.
import type { Picture } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { LivePictureOptions } from '../streams/camera-pictures.ts';
import type { CameraPipeline } from './camera-pipeline.ts';
import type { RunningCameras } from './running-cameras.ts';

/** A pipeline that replaces another one is there after a moment. */
const LOOK_EVERY_MS = 200;

/** Who watches a camera. */
export interface PictureWatch {
  readonly running: RunningCameras;
  readonly clock: Clock;
  readonly id: CameraId;
  readonly options: LivePictureOptions;
}

/** Pictures as they come; nothing runs before the first is asked for. Reading them throws RecorderError `CAMERA_NOT_FOUND`, `PICTURES_BUSY`. */
export function watchPictures({ running, clock, id, options }: PictureWatch): AsyncIterableIterator<Picture, undefined> {
  const left = new AbortController();
  let over = options.signal === undefined ? left.signal : AbortSignal.any([left.signal, options.signal]);
  let watched: CameraPipeline | undefined;
  let current: AsyncIterator<Picture, undefined> | undefined;
  const begin = (pipeline: CameraPipeline): AsyncIterator<Picture, undefined> => {
    watched = pipeline;
    current = pipeline.pictures.watch({ ...options, signal: over });
    return current;
  };
  const first = (): AsyncIterator<Picture, undefined> => {
    const [pipeline, removed] = [running.pipeline(id), running.removal(id)];
    if (pipeline === undefined || removed === undefined) throw new RecorderError('CAMERA_NOT_FOUND', `there is no camera ${JSON.stringify(id)}`);
    over = AbortSignal.any([over, removed]);
    return begin(pipeline);
  };
  /** The pictures of the pipeline that took over, if one does. */
  const following = async (): Promise<AsyncIterator<Picture, undefined> | undefined> => {
    while (!over.aborted && !running.isStopped) {
      const next = running.pipeline(id);
      if (next !== undefined && next !== watched) return begin(next);
      await clock.sleep(LOOK_EVERY_MS, over);
    }
    return undefined;
  };
  return {
    next: async () => {
      if (left.signal.aborted) return { done: true, value: undefined };
      for (let reading: typeof current = current ?? first(); reading !== undefined; reading = await following()) {
        const result = await reading.next();
        if (result.done !== true) return result;
      }
      return { done: true, value: undefined };
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
