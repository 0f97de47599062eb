// One form of one stream: an encoder while somebody wants it, shared by all who want the same. It follows the stream as a viewer does, so
// whatever it does, the stream goes on.
import type { CameraStatus, LivePacket, LiveTracks } from '@nightjar/client';
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import { RecorderError } from '../errors/recorder-error.ts';
import { isVideoForm, type LiveForm } from '../model/live-form.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { EncodedUnit, StreamEncoder, StreamEncoderFactory } from '../ports/stream-encoder.ts';
import { EncodedPast } from './encoded-past.ts';
import type { EncoderSlots } from './encoder-slots.ts';
import type { LiveFeed } from './live-feed.ts';
import type { LiveLimits } from './live-queue.ts';
import { type LiveHost, type LiveListener, LiveViewer } from './live-viewer.ts';
import { sameTrack } from './track-choice.ts';

/** A viewer that comes again within this finds its encoder running. */
const LINGER_MS = 1000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** An encoder that ran for so long was not the trouble: the next failure is a first one. */
const STEADY_MS = 10_000;
/** How far behind a viewer may be: what is caught up with at the beginning comes much faster than it is shown. */
export const ENCODED_LIMITS: LiveLimits = { mostBytes: 16 * 1024 * 1024, mostMs: 20_000 };

const BEFORE_LIVE_TIME_US = -1;

/** What an encoder needs and whom it tells. */
export interface EncoderRunnerOptions {
  readonly feed: LiveFeed;
  readonly form: LiveForm;
  readonly encoders: StreamEncoderFactory;
  readonly slots: EncoderSlots;
  readonly clock: Clock;
  readonly log: Logger;
  /** Nobody wants it any more; another one is made for whoever comes. */
  onOver(): void;
}

/** Runs the encoder of one form. */
export class EncoderRunner implements LiveHost {
  readonly limits = ENCODED_LIMITS;
  readonly #options: EncoderRunnerOptions;
  readonly #track: 'video' | 'audio';
  readonly #listeners = new Set<LiveListener>();
  readonly #past = new EncodedPast();
  readonly #stopping = new AbortController();
  #state: 'new' | 'running' | 'over' = 'new';
  #giveBack: () => void = () => undefined;
  #cancelStop: () => void = () => undefined;
  #waiting: { readonly status: CameraStatus; readonly problem: string | undefined } | undefined;
  #tracks: LiveTracks | undefined;
  #newestUs: number | undefined;

  constructor(options: EncoderRunnerOptions) {
    this.#options = options;
    this.#track = isVideoForm(options.form) ? 'video' : 'audio';
  }

  join(listener: LiveListener): void {
    if (this.#state === 'over') return listener.end();
    if (this.#state === 'new') this.#takePlace();
    this.#cancelStop();
    this.#listeners.add(listener);
    listener.begin(this.#past.since(listener.preRollSeconds));
    if (this.#waiting !== undefined) listener.onWaiting?.(this.#waiting.status, this.#waiting.problem);
    if (this.#state === 'running') return;
    this.#state = 'running';
    void this.#run(listener.preRollSeconds);
  }

  leave(listener: LiveListener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0 || this.#state !== 'running') return;
    this.#cancelStop = this.#options.clock.after(LINGER_MS, () => this.#end());
  }

  /** Ends it and everybody who follows it. */
  close(): void {
    this.#end();
  }

  #takePlace(): void {
    try {
      this.#giveBack = this.#options.slots.take(this.#track);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#cancelStop();
    this.#stopping.abort('closed');
    this.#giveBack();
    this.#past.clear();
    for (const listener of [...this.#listeners]) listener.end();
    this.#options.onOver();
  }

  async #run(preRollSeconds: number): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    let waitMs = FIRST_WAIT_MS;
    for (let back = preRollSeconds; !signal.aborted; back = 0) {
      const startedMs = clock.monotonic();
      try {
        await this.#follow(back);
        // The camera is gone, or nobody is left.
        break;
      } catch (error) {
        if (clock.monotonic() - startedMs > STEADY_MS) waitMs = FIRST_WAIT_MS;
        const { message, code } = RecorderError.wrap(error, 'ENCODER_FAILED', 'the encoder');
        log.warn(`${message}; it is started again in ${waitMs / 1000} s`, { code, codec: this.#options.form.codec });
        this.#tell('online', message);
        await clock.sleep(waitMs, signal);
        waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
      }
    }
    this.#end();
  }

  /** Encodes what the stream sends, until it ends. @throws RecorderError `ENCODER_FAILED`. */
  async #follow(preRollSeconds: number): Promise<void> {
    const input = new LiveViewer(this.#options.feed, {
      wants: { video: this.#track === 'video', audio: this.#track === 'audio' },
      preRollSeconds,
      signal: this.#stopping.signal,
      onWaiting: (status, problem) => this.#tell(status, problem),
    });
    let failure: RecorderError | undefined;
    let encoder: StreamEncoder | undefined;
    let tracks: LiveTracks | undefined;
    const onFailure = (error: RecorderError): void => {
      failure = error;
      input.end();
    };
    try {
      for await (const packet of input) {
        this.#waiting = undefined;
        if (packet.tracks !== tracks) {
          await encoder?.close();
          tracks = packet.tracks;
          encoder = this.#open(tracks, onFailure);
        }
        if (encoder === undefined) this.#give(packet);
        else await encoder.feed(packet);
        if (failure !== undefined) break;
      }
    } finally {
      input.end();
      await encoder?.close();
    }
    if (failure !== undefined) throw failure;
  }

  /** Nothing where the camera sends that form already. */
  #open(tracks: LiveTracks, onFailure: (error: RecorderError) => void): StreamEncoder | undefined {
    const { encoders, form } = this.#options;
    const track = this.#track === 'video' ? tracks.video : tracks.audio;
    if (track === undefined) throw new TypeError('a packet of a track that its stream does not have');
    if (isAlready(track, form)) return undefined;
    return encoders.open({
      track,
      form,
      ...(this.#newestUs === undefined ? {} : { afterUs: this.#newestUs }),
      onTrack: (made) => {
        const before = this.#track === 'video' ? this.#tracks?.video : this.#tracks?.audio;
        if (!sameTrack(before, made)) this.#tracks = made.kind === 'video' ? { video: made } : { audio: made };
      },
      onUnit: (unit) => this.#give(this.#packetOf(unit)),
      onFailure,
    });
  }

  #packetOf({ data, ptsUs, dtsUs, durationUs, isKey }: EncodedUnit): LivePacket | undefined {
    const tracks = this.#tracks;
    return tracks && { track: this.#track, data, ptsUs, dtsUs, durationUs, isKey, tracks, skippedFrames: 0 };
  }

  /** What an encoder that was started again makes once more was given before; what it puts before the beginning of live time is nothing. */
  #give(packet: LivePacket | undefined): void {
    if (packet === undefined || packet.dtsUs <= (this.#newestUs ?? BEFORE_LIVE_TIME_US)) return;
    this.#newestUs = packet.dtsUs;
    this.#past.push(packet);
    for (const listener of this.#listeners) listener.push(packet);
  }

  #tell(status: CameraStatus, problem: string | undefined): void {
    this.#waiting = { status, problem };
    // What was before is not live any more.
    if (status !== 'online') this.#past.clear();
    for (const listener of this.#listeners) listener.onWaiting?.(status, problem);
  }
}

/** Whether sound needs no encoder. Its bitrate may be another: what the camera sends is no larger than it was worth to send. */
function isAlready(track: VideoTrack | AudioTrack, form: LiveForm): boolean {
  if (track.kind === 'video' || isVideoForm(form)) return false;
  return form.codec === 'aac' && track.codecString === 'mp4a.40.2' && track.sampleRate === form.sampleRate && track.channels === form.channels;
}
