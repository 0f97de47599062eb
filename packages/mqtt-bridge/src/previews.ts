// Live pictures on `preview`: while somebody asked for them, or always where the settings say so. Never video.
import type { Picture, RecorderApi } from '@nightjar/client';
import { InputError, type PreviewWish, previewInput } from './command-input.ts';
import type { CalmLogger } from './logger.ts';
import { expiringMessage, plainMessage } from './messages.ts';
import type { ResolvedOptions } from './options.ts';
import type { Message } from './outbox.ts';
import { pause } from './pause.ts';
import { onOff } from './payloads.ts';
import type { StateBoard } from './state-board.ts';
import { topicFor } from './topics.ts';

/** What previews work with. */
export interface PreviewContext {
  readonly api: Pick<RecorderApi, 'snapshot' | 'pictures'>;
  readonly board: StateBoard;
  readonly options: ResolvedOptions;
  readonly logger: CalmLogger;
  readonly serverId: string;
  readonly link: { readonly connected: boolean; publish(message: Message): void };
}

interface Lease {
  readonly fps: number;
  readonly width: number | undefined;
  readonly abort: AbortController;
  readonly end: NodeJS.Timeout;
}

/** Below this many a second each picture is asked for alone. */
const STREAM_FROM_FPS = 1;
/** What a picture that is too large is made narrower by, and how often that is tried. */
const NARROWER = 0.7;
const MOST_TRIES = 4;
const NARROWEST = 80;

/** Publishes previews. */
export class Previews {
  readonly #context: PreviewContext;
  readonly #leases = new Map<string, Lease>();
  readonly #periodic = new Map<string, AbortController>();
  /** How often each camera was let go: a picture from before must not be said after. */
  readonly #hidden = new Map<string, number>();

  constructor(context: PreviewContext) {
    this.#context = context;
  }

  /**
   * A camera is there: its state is said, and its periodic preview begins. Where none is to be seen, none stays from a connection before,
   * or from a run that was killed.
   */
  camera(id: string, isHidden: boolean): void {
    this.#say(id);
    const { base, previewSeconds } = this.#context.options;
    if (!this.#leases.has(id) && (previewSeconds === undefined || isHidden)) this.#context.board.empty(topicFor(base, 'cameraPreview', id));
    if (previewSeconds === undefined || this.#periodic.has(id)) return;
    const abort = new AbortController();
    this.#periodic.set(id, abort);
    void this.#often(id, { fps: 1 / previewSeconds, width: undefined, signal: abort.signal });
  }

  /** A camera is let go: nothing of it is shown, also not what was sent last. */
  hidden(id: string): void {
    this.#hidden.set(id, (this.#hidden.get(id) ?? 0) + 1);
    this.#end(id);
    this.#say(id);
    if (this.#periodic.has(id)) this.#context.board.empty(topicFor(this.#context.options.base, 'cameraPreview', id));
  }

  /** A camera is gone. */
  removed(id: string): void {
    this.#periodic.get(id)?.abort();
    this.#periodic.delete(id);
    this.#hidden.delete(id);
    this.#end(id);
  }

  /** Somebody asks for a preview, or for none. @throws InputError */
  set(id: string, payload: string): PreviewWish {
    const { previewMaxFps: maxFps, previewMaxSeconds: maxSeconds, previewMaxCameras } = this.#context.options;
    const wish = previewInput(payload, { maxFps, maxSeconds });
    if (wish !== 'off' && !this.#leases.has(id) && this.#leases.size >= previewMaxCameras)
      throw new InputError(`previews of ${previewMaxCameras} cameras are on already, which is the most at once`);
    this.#end(id);
    if (wish !== 'off') this.#begin(id, wish);
    this.#context.board.repeat('cameraPropertyState', id, onOff(this.#leases.has(id)), 'preview');
    return wish;
  }

  /** The broker is away: nobody sees anything, and whoever wants to see something again asks again. */
  disconnected(): void {
    for (const id of [...this.#leases.keys()]) this.#end(id);
  }

  stop(): void {
    for (const id of [...this.#leases.keys(), ...this.#periodic.keys()]) this.removed(id);
  }

  #begin(id: string, { fps, seconds, width }: Exclude<PreviewWish, 'off'>): void {
    const abort = new AbortController();
    const end = setTimeout(() => {
      this.#end(id);
      this.#say(id);
    }, seconds * 1000).unref();
    this.#leases.set(id, { fps, width, abort, end });
    const wanted = { fps, width, signal: abort.signal };
    void (fps < STREAM_FROM_FPS ? this.#often(id, wanted) : this.#stream(id, wanted));
  }

  #end(id: string): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    clearTimeout(lease.end);
    lease.abort.abort();
    this.#leases.delete(id);
    // A picture that is not renewed would look like one of now, where the broker does not let it expire.
    if (!this.#periodic.has(id)) this.#context.board.empty(topicFor(this.#context.options.base, 'cameraPreview', id));
  }

  #say(id: string): void {
    this.#context.board.say('cameraPropertyState', id, onOff(this.#leases.has(id)), 'preview');
  }

  async #stream(id: string, { fps, width, signal }: { readonly fps: number; readonly width: number | undefined; readonly signal: AbortSignal }): Promise<void> {
    try {
      let narrower = width ?? this.#context.options.snapshotWidth;
      for (let tries = 0; tries < MOST_TRIES && !signal.aborted; tries++) {
        for await (const picture of this.#context.api.pictures(id, { maxFps: fps, width: narrower, signal })) {
          if (signal.aborted) return;
          if (!this.#publish(id, picture, 1000 / fps)) break;
        }
        narrower = Math.max(NARROWEST, Math.round(narrower * NARROWER));
      }
    } catch (error) {
      this.#failed(id, error, signal);
    }
  }

  async #often(id: string, { fps, width, signal }: { readonly fps: number; readonly width: number | undefined; readonly signal: AbortSignal }): Promise<void> {
    const intervalMs = 1000 / fps;
    let narrower = width ?? this.#context.options.snapshotWidth;
    while (!signal.aborted) {
      const beganMs = performance.now();
      const hidden = this.#hidden.get(id);
      if (this.#context.link.connected) {
        try {
          const picture = await this.#context.api.snapshot(id, { width: narrower, signal });
          const isMeant = !signal.aborted && !picture.stale && hidden === this.#hidden.get(id);
          if (isMeant && !this.#publish(id, picture, intervalMs)) narrower = Math.max(NARROWEST, Math.round(narrower * NARROWER));
        } catch (error) {
          this.#failed(id, error, signal);
        }
      }
      await pause(Math.max(10, intervalMs - (performance.now() - beganMs)), signal, { isIdle: true });
    }
  }

  /** @returns Whether it was small enough. */
  #publish(id: string, { jpeg, at }: Picture, intervalMs: number): boolean {
    const { link, options, serverId } = this.#context;
    if (jpeg.byteLength > options.snapshotMaxBytes) return false;
    const message = plainMessage(options.base, 'cameraPreview', { id, payload: jpeg });
    link.publish({ ...expiringMessage('cameraPreview', message, intervalMs), userProperties: { ts: at, server: serverId } });
    return true;
  }

  #failed(id: string, error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#context.logger.warn('MQTT: a preview could not be made', { camera: id, reason: error instanceof Error ? error.message : String(error) });
  }
}
