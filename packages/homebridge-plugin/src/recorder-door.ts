// The way to the recorder, also before there is one: what is asked waits or is refused, and nobody has to look whether it is there.
import type { Camera, CameraControls, LiveOptions, LivePacket, Picture, RecorderApi, RecorderControls } from '@nightjar/client';

type Doorway = Pick<RecorderApi, 'live' | 'setCameraControls' | 'setControls' | 'snapshot'>;

/** Leads to whichever recorder is there. */
export class RecorderDoor implements Doorway {
  #api: Doorway | undefined;
  /** Ends what goes on through the recorder of before. */
  #left = new AbortController();
  readonly #waiting = new Set<() => void>();

  /** From now on this one is asked; live video of the one before ends. */
  open(api: Doorway): void {
    this.#left.abort();
    this.#left = new AbortController();
    this.#api = api;
    for (const wake of [...this.#waiting]) wake();
  }

  async snapshot(cameraId: string, options?: { readonly width?: number; readonly height?: number; readonly signal?: AbortSignal }): Promise<Picture> {
    return this.#there().snapshot(cameraId, options);
  }

  async setCameraControls(cameraId: string, changes: Partial<CameraControls>): Promise<Camera> {
    return this.#there().setCameraControls(cameraId, changes);
  }

  async setControls(changes: Partial<RecorderControls>): Promise<RecorderControls> {
    return this.#there().setControls(changes);
  }

  /** Waits for a recorder, too. */
  async *live(cameraId: string, options: LiveOptions = {}): AsyncGenerator<LivePacket, void, void> {
    if (this.#api === undefined) await this.#opened(options.signal);
    if (this.#api === undefined || options.signal?.aborted === true) return;
    const { signal: left } = this.#left;
    const signal = options.signal === undefined ? left : AbortSignal.any([options.signal, left]);
    yield* this.#api.live(cameraId, { ...options, signal });
  }

  #there(): Doorway {
    if (this.#api === undefined) throw new Error('There is no recorder yet.');
    return this.#api;
  }

  #opened(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      if (signal?.aborted === true) return resolve();
      this.#waiting.add(done);
      signal?.addEventListener('abort', done);
    });
  }
}
