// The live streams of all cameras. They belong to their camera, not to a connection: viewers stay when other settings need a new one.
import type { CameraId } from '../model/ids.ts';
import { LiveCamera, type LiveCameraOptions } from './live-camera.ts';

/** Live streams by camera. */
export class LiveCameras {
  readonly #options: LiveCameraOptions;
  readonly #cameras = new Map<CameraId, LiveCamera>();

  constructor(options: LiveCameraOptions) {
    this.#options = options;
  }

  /** The camera's streams; new ones where it has none. */
  of(id: CameraId): LiveCamera {
    const camera = this.#cameras.get(id) ?? new LiveCamera({ ...this.#options, log: this.#options.log.child({ camera: id }) });
    this.#cameras.set(id, camera);
    return camera;
  }

  /** The camera is gone: whoever watches it hears that. */
  remove(id: CameraId): void {
    this.#cameras.get(id)?.close();
    this.#cameras.delete(id);
  }

  /** Ends every viewer. */
  close(): void {
    for (const id of [...this.#cameras.keys()]) this.remove(id);
  }
}
