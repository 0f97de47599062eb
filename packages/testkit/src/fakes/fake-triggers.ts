// What triggers force on the cameras of a fake recorder. Time does not pass there: a signal lasts until it is taken back.
import type { CameraState, TriggerAction } from '@nightjar/client';

/** The newest word counts: `off` lets every source go, `on` ends an `off`. */
export class FakeTriggers {
  readonly #sources = new Map<string, Set<string>>();
  readonly #off = new Set<string>();

  /** A source says something about a camera. @returns What is forced on it now. */
  take(cameraId: string, action: TriggerAction, source: string): CameraState['forced'] {
    const sources = this.#sources.get(cameraId) ?? new Set();
    this.#sources.set(cameraId, sources);
    if (action === 'off') {
      sources.clear();
      this.#off.add(cameraId);
    } else if (action !== 'show') {
      this.#off.delete(cameraId);
      if (action === 'cancel') sources.delete(source);
      else sources.add(source);
    }
    return this.#off.has(cameraId) ? 'off' : sources.size > 0 ? 'on' : undefined;
  }
}
