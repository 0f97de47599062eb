// One recording for a home hub: from the recorder's live streams to the packets of one HomeKit Data Stream.
import { type AudioForm, type LiveOptions, type LiveStream, reasonOf } from '@nightjar/client';
import type { RecordingPacket } from 'homebridge';
import type { CameraContext } from '../camera-context.ts';
import type { Clock } from '../clock.ts';
import { Fragmenter } from './fragmenter.ts';
import { PacketReader } from './packet-reader.ts';
import type { CutProblem } from './picture-cutter.ts';
import type { RecordingWish, VideoChoice } from './recording-choice-policy.ts';
import { Waker } from './waker.ts';

/** A hub gives up when nothing comes for 5 s. */
const LONGEST_SILENCE_MS = 4500;
/** Pictures are not kept back for longer than this, for whatever else could be waited for. */
const HEADER_PATIENCE_MS = 400;
const SOUND_PATIENCE_MS = 1000;
/** A first fragment that is not whole by then, as what is large is encoded slowly, is made of the groups of pictures that are. */
const FIRST_PATIENCE_MS = 1500;
/** A sub stream that sends nothing for so long is given up for the main one. */
const SUB_PATIENCE_MS = 1500;
/** Some hubs never stop: a recording is no longer than this. */
const MOST_SECONDS = 180;
/** A hub closes by itself soon after the motion; one that does not is stopped. */
const STILL_MS = 60_000;

/** Why there are no more fragments in what a camera sends. */
const PROBLEMS: Readonly<Record<CutProblem, string>> = {
  changed: 'the camera began to send another form of video',
  'gop-too-long': 'the key frames of the camera are too far apart',
  'no-key-frame': 'the camera sent no key frame',
};

/** What one recording needs. */
export interface RecordingParts {
  readonly context: CameraContext;
  readonly clock: Clock;
  readonly wish: RecordingWish;
  /** Where the pictures come from, best first; at least one. */
  readonly video: readonly VideoChoice[];
  readonly sound: AudioForm | undefined;
}

type Step = { readonly packet: RecordingPacket } | { readonly untilMs: number } | 'over';

/** Makes the packets; owns the streams it opens, and lets go of them when it ends. */
export class Recording {
  readonly #parts: RecordingParts;
  readonly #waker: Waker;
  readonly #openedMs: number;
  #choice: VideoChoice;
  readonly #choices: VideoChoice[];
  /** When the choice was made. */
  #chosenMs: number;
  #video: PacketReader | undefined;
  #sound: PacketReader | undefined;
  #fragmenter: Fragmenter;
  #end: string | undefined;
  #isStopping = false;
  #hasHeader = false;
  #isCancelled = false;
  #sentMs: number;
  #movedMs: number;
  #keyMs: number | undefined;
  #readyMs: number | undefined;
  #isSoundLate = false;
  #waitsFor: string | undefined;
  #unfit: LiveStream | undefined;
  #headerMs: number | undefined;
  #firstFragmentMs: number | undefined;
  #fragments = 0;
  #bytes = 0;
  #mediaSeconds = 0;

  constructor(parts: RecordingParts) {
    this.#parts = parts;
    const [choice, ...others] = parts.video;
    if (choice === undefined) throw new TypeError('A recording needs a stream to choose.');
    this.#choice = choice;
    this.#choices = others;
    this.#waker = new Waker(parts.clock);
    this.#openedMs = this.#chosenMs = this.#sentMs = this.#movedMs = parts.clock.monotonic();
    this.#fragmenter = this.#newFragmenter();
  }

  /** Where its pictures come from. */
  get choice(): VideoChoice {
    return this.#choice;
  }

  /** A stream that was to be copied and turned out not to be fit for it. */
  get unfit(): LiveStream | undefined {
    return this.#unfit;
  }

  /** Whether the hub wants nothing more. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Whether sound was asked for. */
  get hasSound(): boolean {
    return this.#parts.sound !== undefined;
  }

  /** Why it ended, in words; `undefined` while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  /** Milliseconds from the request to the header and to the first fragment, and what was sent. */
  get figures(): {
    readonly headerMs: number | undefined;
    readonly firstFragmentMs: number | undefined;
    readonly fragments: number;
    readonly bytes: number;
    readonly mediaSeconds: number;
    readonly soundFrames: number;
  } {
    const { soundFrames } = this.#fragmenter;
    return {
      headerMs: this.#headerMs,
      firstFragmentMs: this.#firstFragmentMs,
      fragments: this.#fragments,
      bytes: this.#bytes,
      mediaSeconds: this.#mediaSeconds,
      soundFrames,
    };
  }

  /** The hub wants nothing more, or is gone: ends at once, without a last fragment. Words may come later, within the same turn. */
  cancel(words?: string): void {
    this.#end ??= words;
    this.#isCancelled = true;
    this.#close();
    this.#waker.wake();
  }

  /** Ends with what is there as the last fragment. */
  stop(words: string): void {
    this.#end ??= words;
    this.#isStopping = true;
    this.#close();
    this.#waker.wake();
  }

  /** The header, then fragments; the last one says that it is the last. Ends without one where nothing could be sent, and when it is cancelled. */
  async *packets(): AsyncGenerator<RecordingPacket, void, void> {
    try {
      this.#open();
      for (;;) {
        const step = this.#isCancelled ? 'over' : this.#step();
        if (step === 'over') return;
        if ('untilMs' in step) await this.#waker.until(step.untilMs);
        else {
          yield step.packet;
          if (step.packet.isLast) return;
          // The time somebody takes to send it is no silence of the camera.
          this.#sentMs = this.#parts.clock.monotonic();
        }
      }
    } catch (error) {
      this.#end ??= `an error of ours: ${reasonOf(error)}`;
      throw error;
    } finally {
      this.#end ??= 'the hub wanted no more';
      this.#close();
    }
  }

  #newFragmenter(): Fragmenter {
    const { wish, sound } = this.#parts;
    return new Fragmenter({ lengthMs: wish.fragmentMs, soundRate: sound?.sampleRate });
  }

  #open(): void {
    const { context, wish, sound } = this.#parts;
    const preRollSeconds = wish.prebufferMs / 1000;
    const onWaiting = (status: string, problem: string | undefined): void => {
      this.#waitsFor = problem ?? status;
    };
    const { stream, form } = this.#choice;
    this.#video = this.#follow({ stream, video: form ?? true, audio: false, preRollSeconds, onWaiting });
    // The pictures begin with a key frame, which may be up to a fragment's length older than what was asked for.
    this.#sound ??= sound && this.#follow({ stream, video: false, audio: sound, preRollSeconds: preRollSeconds + wish.fragmentMs / 1000 });
    context.log.debug(`${context.id}: recording for Home begins, ${stream} ${form === undefined ? 'copied' : 'encoded'}`);
  }

  #follow(options: LiveOptions): PacketReader {
    const { context } = this.#parts;
    return new PacketReader((signal) => context.recorder.live(context.id, { ...options, signal }), this.#waker.wake);
  }

  #close(): void {
    this.#video?.close();
    this.#sound?.close();
  }

  #step(): Step {
    const fragmenter = this.#fragmenter;
    const packet = this.#video?.take();
    if (packet !== undefined) {
      this.#waitsFor = undefined;
      fragmenter.add(packet);
    }
    for (let sound = this.#sound?.take(); sound !== undefined; sound = this.#sound?.take()) fragmenter.add(sound);
    const problem = this.#problem();
    if (!this.#hasHeader) return this.#begin(problem);
    if (problem !== undefined && !this.#isStopping) this.stop(problem);
    return this.#goOn();
  }

  /** Why no more pictures come, in words. */
  #problem(): string | undefined {
    const { problem } = this.#fragmenter;
    if (problem !== undefined) {
      if (problem !== 'changed' && this.#choice.form === undefined) this.#unfit = this.#choice.stream;
      return PROBLEMS[problem];
    }
    if (this.#video?.isOver !== true) return undefined;
    return this.#video.problem === undefined ? 'the camera is gone' : `the recorder ended the stream: ${this.#video.problem}`;
  }

  /** Nothing is sent before the past was looked at: what cannot be had one way is tried another way, and the hub never knows. */
  #begin(problem: string | undefined): Step {
    const now = this.#parts.clock.monotonic();
    if (this.#fragmenter.hasPictures) this.#keyMs ??= now;
    if (this.#isStopping) return 'over';
    const why = problem ?? this.#whyOther(now);
    if (why !== undefined && this.#tryNext(why, now)) return { untilMs: now };
    if (this.#isEnoughForHeader(problem, now)) return this.#sendHeader(now);
    const giveUpMs = this.#openedMs + LONGEST_SILENCE_MS;
    if (problem === undefined && now < giveUpMs) return { untilMs: Math.min(giveUpMs, this.#patientUntil(now)) };
    this.#end ??= problem ?? `nothing came from the camera${this.#reason}`;
    return 'over';
  }

  #patientUntil(now: number): number {
    if (this.#keyMs !== undefined) return this.#keyMs + HEADER_PATIENCE_MS;
    const subMs = this.#chosenMs + SUB_PATIENCE_MS;
    return this.#choice.stream === 'sub' && now < subMs ? subMs : Infinity;
  }

  /** Why another choice is better, although this one may go on. */
  #whyOther(now: number): string | undefined {
    const { stream, form } = this.#choice;
    if (form === undefined && this.#fragmenter.hasReordered) {
      this.#unfit = stream;
      return 'it has B-frames';
    }
    if (stream === 'sub' && this.#keyMs === undefined && now >= this.#chosenMs + SUB_PATIENCE_MS) return 'the sub stream sends nothing';
    return undefined;
  }

  #isEnoughForHeader(problem: string | undefined, now: number): boolean {
    const { hasPictures, hasFragment } = this.#fragmenter;
    return hasPictures && (problem !== undefined || hasFragment || now >= (this.#keyMs ?? now) + HEADER_PATIENCE_MS);
  }

  #sendHeader(now: number): Step {
    const header = this.#fragmenter.header ?? new Uint8Array(0);
    this.#hasHeader = true;
    this.#headerMs = now - this.#openedMs;
    this.#bytes += header.length;
    return { packet: { data: Buffer.from(header), isLast: false } };
  }

  /** What the recorder says of a camera that sends nothing. */
  get #reason(): string {
    return this.#waitsFor === undefined ? '' : ` (${this.#waitsFor})`;
  }

  /** @returns Whether there is another choice. Of a sub stream that is silent, only the main one is. */
  #tryNext(why: string, now: number): boolean {
    const isSilent = this.#keyMs === undefined && this.#fragmenter.problem === undefined && this.#video?.isOver !== true;
    for (let next = this.#choices.shift(); next !== undefined; next = this.#choices.shift()) {
      if ((isSilent && next.stream === this.#choice.stream) || (next.form === undefined && next.stream === this.#unfit)) continue;
      this.#close();
      // It has been read already; it begins anew together with the pictures.
      this.#sound = undefined;
      this.#choice = { ...next, why: next.why === undefined ? why : `${next.why}; ${why}` };
      this.#fragmenter = this.#newFragmenter();
      this.#keyMs = undefined;
      this.#chosenMs = now;
      this.#open();
      return true;
    }
    return false;
  }

  #goOn(): Step {
    const fragmenter = this.#fragmenter;
    const now = this.#parts.clock.monotonic();
    if (this.#isStopping && !fragmenter.hasFragment) fragmenter.finish();
    if (fragmenter.hasFragment) {
      this.#readyMs ??= now;
      if (this.#isStopping || !this.#waitsForSound(now)) return this.#take(now);
      return { untilMs: this.#readyMs + SOUND_PATIENCE_MS };
    }
    if (this.#isStopping) return 'over';
    const firstMs = this.#openedMs + FIRST_PATIENCE_MS;
    if (this.#fragments === 0 && now >= firstMs && fragmenter.flush()) return this.#goOn();
    const giveUpMs = this.#sentMs + LONGEST_SILENCE_MS;
    if (now < giveUpMs) return { untilMs: this.#fragments === 0 && now < firstMs ? firstMs : giveUpMs };
    if (!fragmenter.flush()) this.stop(`the camera sent too little for ${LONGEST_SILENCE_MS / 1000} s${this.#reason}`);
    return this.#goOn();
  }

  /** Sound that was late once is not waited for until it has caught up. */
  #waitsForSound(now: number): boolean {
    if (this.#fragmenter.hasItsSound) this.#isSoundLate = false;
    else if (now >= (this.#readyMs ?? now) + SOUND_PATIENCE_MS) this.#isSoundLate = true;
    return !this.#fragmenter.hasItsSound && !this.#isSoundLate && this.#sound?.isOver === false;
  }

  #take(now: number): Step {
    const fragment = this.#fragmenter.take();
    this.#readyMs = undefined;
    if (fragment === undefined) return 'over';
    this.#firstFragmentMs ??= now - this.#openedMs;
    this.#fragments += 1;
    this.#bytes += fragment.data.length;
    this.#mediaSeconds = fragment.endSeconds;
    const state = this.#parts.context.camera()?.state;
    if (state?.motion === true || state?.forced === 'on') this.#movedMs = now;
    if (fragment.endSeconds >= MOST_SECONDS) this.#end ??= `it is ${MOST_SECONDS} s long`;
    else if (now - this.#movedMs >= STILL_MS) this.#end ??= `nothing moved for ${STILL_MS / 1000} s`;
    const isLast = this.#isStopping ? this.#isLeftNothing() : this.#end !== undefined;
    return { packet: { data: Buffer.from(fragment.data.buffer, fragment.data.byteOffset, fragment.data.byteLength), isLast } };
  }

  /** Whether the fragment taken was the last there is. */
  #isLeftNothing(): boolean {
    if (!this.#fragmenter.hasFragment) this.#fragmenter.finish();
    return !this.#fragmenter.hasFragment;
  }
}
