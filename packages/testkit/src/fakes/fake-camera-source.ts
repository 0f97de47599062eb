// A camera that plays a script in the time of a clock: GOPs, stalls, losses, jumps, changes of the picture.
import { type CameraSource, type Clock, type MediaUs, type Packet, RecorderError, type RunSink, type SourceRequest, type SourceRun } from '@nightjar/core';
import { type SampleVideoOptions, sampleAudioTrack, sampleVideoTrack } from './sample-track.ts';

/** What happens during a run, in order; a run ends by itself (as a file does) after its last step. */
export type ScriptStep =
  | { readonly kind: 'play'; readonly seconds: number }
  /** Connected, and nothing comes. */
  | { readonly kind: 'stall'; readonly seconds: number }
  /** The timestamps of what follows are later by this; the packets come without a pause. */
  | { readonly kind: 'jump'; readonly seconds: number }
  /** The connection breaks: `CAPTURE_LOST`. */
  | { readonly kind: 'drop' }
  /** The picture changes: `CAPTURE_STREAM_CHANGED`; the next run says what it became. */
  | { readonly kind: 'change' };

/** One connection. */
export interface RunScript extends SampleVideoOptions {
  /** How the attempt fails, where it does. */
  readonly refuse?: 'CAPTURE_CONNECT_FAILED' | 'CAPTURE_CONNECT_TIMEOUT';
  /** Time until `onInfo`, in milliseconds. Default 0. */
  readonly connectMs?: number;
  /** Frames a second. Default 10. */
  readonly fps?: number;
  /** Default 1. */
  readonly gopSeconds?: number;
  /** Pictures between two that later ones refer to. Default 0. */
  readonly bFrames?: number;
  /** Size of a packet that is no key packet; key packets are eight times as large. Default 64. */
  readonly packetBytes?: number;
  /** One AAC frame of 64 ms (16 kHz) after the other. Default false; never sent where the request wants no audio. */
  readonly audio?: boolean;
  /** Whether it gathers packets where it may. Default false. */
  readonly gathers?: boolean;
  /** Default: one hour of play. */
  readonly steps?: readonly ScriptStep[];
}

/** A `CameraSource` whose n-th connection plays the n-th run; the last run repeats. */
export class FakeCameraSource implements CameraSource {
  readonly #clock: Clock;
  readonly #runs: readonly RunScript[];
  #live = 0;
  /** Every request, in order. */
  readonly requests: SourceRequest[] = [];
  /** Every packet handed over, of all runs. */
  readonly sent: Packet[] = [];

  constructor(clock: Clock, runs: readonly RunScript[] = [{}]) {
    this.#clock = clock;
    this.#runs = runs;
  }

  /** Runs that have not ended. */
  get live(): number {
    return this.#live;
  }

  open(request: SourceRequest, sink: RunSink, signal: AbortSignal): SourceRun {
    const script = this.#runs[Math.min(this.requests.length, this.#runs.length - 1)] ?? {};
    this.requests.push(request);
    this.#live++;
    const run = new FakeRun({ clock: this.#clock, script, request, sink, signal, sent: this.sent });
    const settled = (): void => {
      this.#live--;
    };
    run.done.then(settled, settled);
    return run;
  }
}

interface FakeRunOptions {
  readonly clock: Clock;
  readonly script: RunScript;
  readonly request: SourceRequest;
  readonly sink: RunSink;
  readonly signal: AbortSignal;
  readonly sent: Packet[];
}

const AUDIO_FRAME_US = 64_000;
const DEFAULT_STEPS: readonly ScriptStep[] = [{ kind: 'play', seconds: 3600 }];

class FakeRun implements SourceRun {
  readonly done: Promise<void>;
  readonly #options: FakeRunOptions;
  readonly #frameUs: number;
  readonly #gopFrames: number;
  #frames = 0;
  #audioFrames = 0;
  #shiftUs = 0;
  #resume: (() => void) | undefined;
  #paused: Promise<void> | undefined;
  #isGathering = true;
  #gathered: Packet[] = [];

  constructor(options: FakeRunOptions) {
    this.#options = options;
    const fps = options.script.fps ?? 10;
    this.#frameUs = Math.round(1_000_000 / fps);
    this.#gopFrames = Math.max(1, Math.round((options.script.gopSeconds ?? 1) * fps));
    this.done = this.#play();
  }

  pause(): void {
    if (this.#options.request.pace !== 'fast' || this.#paused !== undefined) return;
    this.#paused = new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#resume?.();
    this.#resume = undefined;
    this.#paused = undefined;
  }

  setGathering(isAllowed: boolean): void {
    this.#isGathering = isAllowed;
    if (!isAllowed) this.#handOver();
  }

  get #withAudio(): boolean {
    return this.#options.script.audio === true && this.#options.request.audio;
  }

  async #play(): Promise<void> {
    const { clock, script, request, sink, signal } = this.#options;
    await clock.sleep(script.refuse === 'CAPTURE_CONNECT_TIMEOUT' ? request.connectTimeoutMs : (script.connectMs ?? 0), signal);
    if (signal.aborted) return;
    if (script.refuse !== undefined) throw new RecorderError(script.refuse, `${request.source.label} did not answer`);
    sink.onInfo({ video: sampleVideoTrack(script), ...(this.#withAudio ? { audio: sampleAudioTrack() } : {}) });
    for (const step of script.steps ?? DEFAULT_STEPS) {
      if (signal.aborted) return;
      if (step.kind !== 'play') this.#handOver();
      if (step.kind === 'play') await this.#playFor(step.seconds * 1_000_000);
      else if (step.kind === 'stall') await clock.sleep(step.seconds * 1000, signal);
      else if (step.kind === 'jump') this.#shiftUs += jumpUs(step.seconds);
      else if (step.kind === 'drop') throw new RecorderError('CAPTURE_LOST', `${request.source.label} closed the connection`);
      else throw new RecorderError('CAPTURE_STREAM_CHANGED', `${request.source.label} changed its picture`);
    }
    this.#handOver();
  }

  async #playFor(us: number): Promise<void> {
    const { clock, request, signal } = this.#options;
    for (let playedUs = 0; playedUs < us && !signal.aborted; playedUs += this.#frameUs) {
      this.#sendVideo();
      while (this.#withAudio && this.#audioFrames * AUDIO_FRAME_US < this.#frames * this.#frameUs) this.#sendAudio();
      if (request.pace === 'fast') {
        await this.#paused;
        await Promise.resolve();
      } else {
        await clock.sleep(this.#frameUs / 1000, signal);
      }
    }
  }

  #sendVideo(): void {
    const { clock, script } = this.#options;
    const inGop = this.#frames % this.#gopFrames;
    const isKey = inGop === 0;
    const bFrames = script.bFrames ?? 0;
    const gopStart = this.#frames - inGop;
    const shown = bFrames === 0 ? this.#frames : gopStart + displayIndex(inGop, this.#gopFrames, bFrames) + 1;
    this.#send({
      track: 'video',
      data: packetBytes(this.#frames, (script.packetBytes ?? 64) * (isKey ? 8 : 1), nalHeader(script.codec ?? 'h264', isKey)),
      ptsUs: (shown * this.#frameUs + this.#shiftUs) as MediaUs,
      dtsUs: (this.#frames * this.#frameUs + this.#shiftUs) as MediaUs,
      durationUs: this.#frameUs,
      isKey,
      wallMs: clock.wall(),
    });
    this.#frames++;
  }

  #sendAudio(): void {
    const timeUs = (this.#audioFrames * AUDIO_FRAME_US + this.#shiftUs) as MediaUs;
    const data = Uint8Array.of(0x21, this.#audioFrames >> 8, this.#audioFrames & 255);
    this.#send({ track: 'audio', data, ptsUs: timeUs, dtsUs: timeUs, durationUs: AUDIO_FRAME_US, isKey: true, wallMs: this.#options.clock.wall() });
    this.#audioFrames++;
  }

  #send(packet: Packet): void {
    const { clock, request, script } = this.#options;
    this.#gathered.push(packet);
    if (script.gathers !== true || request.gatherMs === undefined || !this.#isGathering) this.#handOver();
    else if (this.#gathered.length === 1) clock.after(request.gatherMs, () => this.#handOver());
  }

  #handOver(): void {
    for (const packet of this.#gathered.splice(0)) {
      if (this.#options.signal.aborted) return;
      this.#options.sent.push(packet);
      this.#options.sink.onPacket(packet);
    }
  }
}

function jumpUs(seconds: number): number {
  if (seconds < 0) throw new TypeError('a source never hands over packets whose times go back; script a drop and a new run');
  return Math.round(seconds * 1_000_000);
}

/** Where in its GOP the `index`-th packet in decode order is shown. */
function displayIndex(index: number, gopFrames: number, bFrames: number): number {
  if (index === 0) return 0;
  const group = Math.floor((index - 1) / (bFrames + 1));
  const place = (index - 1) % (bFrames + 1);
  const first = group * (bFrames + 1);
  const size = Math.min(bFrames + 1, gopFrames - 1 - first);
  return place === 0 ? first + size : first + place;
}

const nalHeader = (codec: 'h264' | 'h265', isKey: boolean): readonly number[] => (codec === 'h264' ? [isKey ? 0x65 : 0x41] : [isKey ? 0x26 : 0x02, 0x01]);

/** One NAL unit after its length; the number in it makes every packet of a run another one. */
function packetBytes(index: number, sizeBytes: number, header: readonly number[]): Uint8Array {
  const data = new Uint8Array(Math.max(sizeBytes, 4 + header.length + 4));
  const view = new DataView(data.buffer);
  view.setUint32(0, data.length - 4);
  data.set(header, 4);
  view.setUint32(4 + header.length, index);
  return data;
}
