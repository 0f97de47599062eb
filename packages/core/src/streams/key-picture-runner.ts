// Makes JPEGs of a camera's key frames, by the cheapest way there is: where they are analysed, in a decoder of its own that stays while
// people ask, or in a process for each.
import { isIdr, type VideoTrack } from '@nightjar/media';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Packet } from '../model/packet.ts';
import type { PictureDecoder } from '../ports/picture-decoder.ts';
import type { PictureSubject, PictureTools } from './picture-subject.ts';

/** A decoder stays so long after somebody asked: starting one costs as much as four pictures, keeping it some 45 MB. */
const LINGER_MS = 15_000;
/** Longer than a small, busy machine takes to start a decoder and make a picture of a large key frame. */
const DECODED_WITHIN_MS = 6000;
const RENDERED_WITHIN_MS = 10_000;
/** A stream whose decoder failed so often in a row is decoded in a process for each picture. */
const MOST_FAILURES = 2;

interface Running {
  readonly video: VideoTrack;
  readonly decoder: PictureDecoder;
  readonly leave: () => void;
  /** Who waits for the picture of a packet. */
  waiting: { readonly packet: Packet; resolve(jpeg: Uint8Array): void; reject(error: Error): void } | undefined;
}

/** Makes pictures of one camera, one at a time. */
export class KeyPictureRunner {
  readonly #subject: PictureSubject;
  readonly #tools: PictureTools;
  #running: Running | undefined;
  #closing: Promise<void> = Promise.resolve();
  #askedMs = 0;
  #stopWatching: (() => void) | undefined;
  /** Decoder failures since the last picture, of the newest stream that had any. */
  #failures: { readonly video: VideoTrack; readonly count: number } | undefined;
  #decodes = 0;
  #isStopped = false;

  constructor(subject: PictureSubject, tools: PictureTools) {
    this.#subject = subject;
    this.#tools = tools;
  }

  /** Key frames decoded so far, for measurements. */
  get decodes(): number {
    return this.#decodes;
  }

  /** Whether a decoder of its own runs. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Somebody asked for a picture, whether or not one is made. */
  touch(): void {
    this.#askedMs = this.#tools.clock.monotonic();
  }

  /** The picture of a key packet, as large as it is. @throws RecorderError `PICTURE_FAILED`. */
  async make(video: VideoTrack, key: Packet): Promise<Uint8Array> {
    this.#decodes += 1;
    const request = { video, packets: [key] };
    const near = await this.#subject.fromAnalysis?.(request).catch(() => undefined);
    if (near !== undefined) return near;
    const own = await this.#decode(video, key);
    if (own !== undefined) return own;
    if (this.#isStopped) throw new RecorderError('PICTURE_FAILED', 'the camera is stopping');
    return this.#tools.maker.render(request, AbortSignal.timeout(RENDERED_WITHIN_MS));
  }

  /** The stream is over; its decoder is of no use any more. */
  runEnded(): void {
    this.#close('the camera is away');
  }

  /** Ends the decoder, within 2 s. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#close('the camera is stopping');
    await this.#closing;
  }

  /** `undefined` where another way must be gone. */
  async #decode(video: VideoTrack, key: Packet): Promise<Uint8Array | undefined> {
    const failures = this.#failures?.video === video ? this.#failures.count : 0;
    // A frame that is no new beginning would wait for others, or be one in the place of another.
    if (this.#isStopped || failures >= MOST_FAILURES || !isIdr(key.data, video)) return undefined;
    const running = this.#open(video);
    if (running === undefined) return undefined;
    const { clock, log } = this.#tools;
    let cancel = (): void => undefined;
    try {
      const jpeg = await new Promise<Uint8Array>((resolve, reject) => {
        running.waiting = { packet: key, resolve, reject };
        cancel = clock.after(DECODED_WITHIN_MS, () => reject(new Error(`the decoder made no picture within ${DECODED_WITHIN_MS / 1000} s`)));
        if (!running.decoder.feed(key, true)) reject(new Error('the decoder took no packet'));
      });
      this.#failures = undefined;
      return jpeg;
    } catch (error) {
      if (this.#running === running) {
        this.#failures = { video, count: failures + 1 };
        log.debug(`no picture from the decoder of snapshots: ${error instanceof Error ? error.message : String(error)}`);
        this.#close('it failed');
      }
      return undefined;
    } finally {
      cancel();
      running.waiting = undefined;
    }
  }

  #open(video: VideoTrack): Running | undefined {
    if (this.#running?.video === video) return this.#running;
    this.#close('the stream is another one now');
    const { budgets, decoders, clock } = this.#tools;
    const leave = budgets.snapshots.take();
    if (leave === undefined) return undefined;
    try {
      const decoder = decoders.open({
        video,
        keysOnly: true,
        onPicture: ({ jpeg, packet }) => {
          if (running.waiting?.packet === packet) running.waiting.resolve(jpeg);
        },
        onFailure: (error) => {
          if (running.waiting !== undefined) running.waiting.reject(error);
          else if (this.#running === running) this.#close('it died');
        },
      });
      const running: Running = { video, decoder, leave, waiting: undefined };
      this.#running = running;
      this.#watch(clock.monotonic());
      return running;
    } catch {
      leave();
      this.#failures = { video, count: MOST_FAILURES };
      return undefined;
    }
  }

  /** Looks again when the newest request will be old enough. */
  #watch(fromMs: number): void {
    const { clock } = this.#tools;
    this.#stopWatching?.();
    this.#stopWatching = clock.after(Math.max(1, fromMs + LINGER_MS - clock.monotonic()), () => {
      if (clock.monotonic() - this.#askedMs >= LINGER_MS && this.#running?.waiting === undefined) this.#close('nobody asks');
      else this.#watch(Math.max(this.#askedMs, clock.monotonic() - LINGER_MS + 1000));
    });
  }

  #close(why: string): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    running.waiting?.reject(new Error(why));
    const closed = running.decoder.close().finally(running.leave);
    this.#closing = Promise.all([this.#closing, closed]).then(
      () => undefined,
      () => undefined,
    );
  }
}
