// The smaller stream of a camera: one connection for whoever needs it, analysis and viewers, and none while nobody does. Whatever happens to
// it, the main stream and its recording hear nothing of it.
import type { CameraStream } from '@nightjar/client';
import type { CaptureListener, CaptureSupervisor } from '../capture/capture-supervisor.ts';
import { PacketRing } from '../capture/packet-ring.ts';
import { StreamFactsMeter } from '../capture/stream-facts.ts';
import { type CameraSettings, detectsMotion } from '../model/camera.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { Source } from '../model/source.ts';
import type { Logger } from '../ports/logger.ts';
import type { LiveFeed, LiveSource } from '../streams/live-feed.ts';
import type { Environment } from './environment.ts';
import { openStream, ringLimits } from './open-stream.ts';
import { streamView } from './stream-view.ts';

/** A viewer that comes again within this finds the connection as it was. */
const LINGER_MS = 5000;

/** What the stream is made with. */
export interface SubStreamOptions {
  readonly camera: CameraSettings;
  readonly source: Source;
  readonly env: Environment;
  readonly log: Logger;
  readonly live: LiveFeed;
}

/** Runs the stream while it is needed. */
export class SubStream {
  readonly #options: SubStreamOptions;
  #camera: CameraSettings;
  readonly #ring: PacketRing;
  readonly #live: LiveSource;
  readonly #needs = new Set<'analysis' | 'viewers'>();
  #analysis: CaptureListener | undefined;
  #stream: CaptureSupervisor | undefined;
  #ending: Promise<void> | undefined;
  /** Of the run that goes on. */
  #info: StreamInfo | undefined;
  #newestInfo: StreamInfo | undefined;
  #facts = new StreamFactsMeter();
  #stopWaiting: () => void = () => undefined;
  #state: 'new' | 'started' | 'over' = 'new';

  constructor(options: SubStreamOptions) {
    this.#options = options;
    this.#camera = options.camera;
    this.#ring = new PacketRing(ringLimits(options.camera));
    this.#live = options.live.from({ recent: this.#ring, onWatched: (isWatched) => this.#watched(isWatched) });
  }

  /** From now on it is opened whenever somebody needs it. */
  start(): void {
    this.#state = 'started';
    this.#settle();
  }

  /** What it is, as far as it was seen. */
  view(): CameraStream {
    return streamView('sub', this.#newestInfo, this.#facts.read());
  }

  /** Other lengths of the past, and another wish of analysis. */
  takeSettings(camera: CameraSettings): void {
    this.#camera = camera;
    this.#ring.limit(ringLimits(camera));
    this.#settle();
  }

  /** Reads the stream for analysis, too, until it is let go. */
  analyze(listener: CaptureListener): { stop(): Promise<void> } {
    this.#analysis = listener;
    if (this.#info !== undefined) listener.onRunStart(this.#info);
    this.#needs.add('analysis');
    this.#settle();
    return {
      stop: async () => {
        if (this.#analysis !== listener) return;
        this.#analysis = undefined;
        this.#needs.delete('analysis');
        this.#settle();
        await this.#ending;
      },
    };
  }

  /** Lets the camera go for good, within 2 s. Viewers stay where another connection takes over. */
  async disconnect(): Promise<void> {
    this.#state = 'over';
    this.#stopWaiting();
    this.#needs.clear();
    this.#settle();
    await this.#ending;
  }

  /** Nothing will come any more. */
  endViewers(): void {
    this.#live.close();
  }

  /** The camera is let go: says why nothing comes. */
  letGo(why: string): void {
    this.#live.status('offline', why);
    this.#live.close();
  }

  #watched(isWatched: boolean): void {
    this.#stopWaiting();
    this.#stopWaiting = () => undefined;
    if (isWatched) this.#needs.add('viewers');
    else if (this.#needs.has('viewers'))
      this.#stopWaiting = this.#options.env.clock.after(LINGER_MS, () => {
        this.#needs.delete('viewers');
        this.#settle();
      });
    this.#settle();
  }

  /** Opens or ends the connection. A camera that takes one connection only is let go before it is asked again. */
  #settle(): void {
    if (this.#ending !== undefined) return;
    const isNeeded = this.#needs.size > 0 && this.#state === 'started';
    if (isNeeded) {
      this.#stream ??= this.#open();
      this.#stream.setGathering(this.#options.live.viewers === 0 && !this.#isWatchedClosely);
    } else if (this.#stream !== undefined) {
      const ended = this.#stream.stop();
      this.#stream = undefined;
      this.#ending = ended.finally(() => {
        this.#ending = undefined;
        this.#settle();
      });
    }
  }

  get #isWatchedClosely(): boolean {
    return this.#needs.has('analysis') && detectsMotion(this.#camera) && this.#camera.detect.mode === 'continuous';
  }

  #open(): CaptureSupervisor {
    const { env, log, source } = this.#options;
    return openStream({
      camera: this.#camera,
      source,
      env,
      log,
      isWatchedClosely: false,
      listener: {
        onRunStart: (info) => this.#runStarted(info),
        onPacket: (packet) => this.#take(packet),
        onRunEnd: (code) => {
          this.#info = undefined;
          this.#live.runEnded();
          this.#analysis?.onRunEnd(code);
        },
        onStatus: (status, problem) => {
          this.#live.status(status, problem);
          this.#analysis?.onStatus(status, problem);
        },
      },
    });
  }

  #runStarted(info: StreamInfo): void {
    this.#info = info;
    this.#newestInfo = info;
    this.#facts = new StreamFactsMeter();
    this.#ring.clear();
    this.#live.runStarted(info);
    this.#analysis?.onRunStart(info);
  }

  #take(packet: Packet): void {
    this.#facts.add(packet);
    this.#ring.push(packet);
    this.#analysis?.onPacket(packet);
    this.#live.push(packet);
  }
}
