// Pictures of events: from the recorder’s HTTP API, else the one the broker has, if it is of the same event.
import { setTimeout as pause } from 'node:timers/promises';
import { part, type RecorderHttp, RecorderProblem } from '../site/recorder-http.ts';
import type { SiteMessage } from '../site/subscription-book.ts';
import { TimeLimit } from '../site/time-limit.ts';
import { isJpeg, MOST_JPEG_BYTES } from './jpeg.ts';

/** What pictures need. */
export interface EventPicturesContext {
  /** Finds the API of a camera’s recorder. */
  api(camera: string, signal: AbortSignal): Promise<RecorderHttp>;
  /** Widest they may be, in pixels; absent: as they are. */
  readonly width?: number;
  /** The API cannot be asked; said once until it can. */
  warn(text: string): void;
}

interface BrokerPicture {
  readonly event: string;
  readonly jpeg: Buffer;
}

/** How long the API may take. */
const HTTP_WITHIN_MS = 3000;
/** How long the broker’s picture is waited for once the API has failed. */
const BROKER_WITHIN_MS = 1500;
/** A picture of an event that is being recorded is there a moment later. */
const NOT_READY_PAUSE_MS = 300;
const LOOK_MS = 50;
const MOST_CAMERAS = 64;
const LARGEST_BYTES = 2_097_152;

/** The pictures of one node. */
export class EventPictures {
  readonly #context: EventPicturesContext;
  readonly #fromBroker = new Map<string, BrokerPicture>();
  #isWarned = false;

  constructor(context: EventPicturesContext) {
    this.#context = context;
  }

  /** A picture came from the broker. */
  take(camera: string, { payload, userProperties }: SiteMessage): void {
    this.#fromBroker.delete(camera);
    const event = userProperties?.['event_id'];
    if (typeof event !== 'string' || !isJpeg(payload) || payload.byteLength > LARGEST_BYTES) return;
    this.#fromBroker.set(camera, { event, jpeg: payload });
    const [oldest] = this.#fromBroker.keys();
    if (this.#fromBroker.size > MOST_CAMERAS && oldest !== undefined) this.#fromBroker.delete(oldest);
  }

  /** The picture of an event. @throws Error that says why there is none, within 5 s. */
  async of(camera: string, event: string, signal: AbortSignal): Promise<Buffer> {
    try {
      const jpeg = await this.#fromApi(camera, event, signal);
      this.#isWarned = false;
      return jpeg;
    } catch (error) {
      const jpeg = await this.#awaitBroker(camera, event, signal);
      if (jpeg === undefined) throw error;
      const isOurs = error instanceof RecorderProblem && error.code !== 'NOT_READY' && error.code !== 'PICTURE_NOT_FOUND';
      if (isOurs && !this.#isWarned) {
        this.#isWarned = true;
        this.#context.warn(`pictures come from the broker, in its size: ${error.message}`);
      }
      return jpeg;
    }
  }

  async #fromApi(camera: string, event: string, signal: AbortSignal): Promise<Buffer> {
    const limit = new TimeLimit(HTTP_WITHIN_MS, signal, () => new Error(`the picture did not come within ${HTTP_WITHIN_MS / 1000} s`));
    try {
      limit.throwIfAborted();
      const api = await this.#context.api(camera, limit.signal);
      return await this.#ask(api, event, limit.signal);
    } finally {
      limit.end();
    }
  }

  async #ask(api: RecorderHttp, event: string, signal: AbortSignal): Promise<Buffer> {
    const { width } = this.#context;
    for (;;) {
      try {
        const { bytes } = await api.bytes({ path: `/events/${part(event)}/snapshot.jpg`, query: { width }, mostBytes: MOST_JPEG_BYTES, signal });
        if (!isJpeg(bytes)) throw api.noRecorder('sent no JPEG');
        return bytes;
      } catch (error) {
        if (!(error instanceof RecorderProblem) || error.code !== 'NOT_READY') throw error;
        await pause(NOT_READY_PAUSE_MS, undefined, { signal }).catch(() => {
          throw error;
        });
      }
    }
  }

  async #awaitBroker(camera: string, event: string, signal: AbortSignal): Promise<Buffer | undefined> {
    for (const endMs = performance.now() + BROKER_WITHIN_MS; ; ) {
      const found = this.#fromBroker.get(camera);
      if (found?.event === event) return Buffer.from(found.jpeg);
      if (signal.aborted || performance.now() > endMs) return undefined;
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
