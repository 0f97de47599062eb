// The live stream of one camera: hands every packet to all who watch, and the newest key packet with its followers to whoever comes.
import type { CameraStatus, LivePacket, LiveTracks } from '@nightjar/client';
import type { Packet, StreamInfo } from '../model/packet.ts';
import { type WallMs, wallMs } from '../model/time.ts';
import type { Clock } from '../ports/clock.ts';
import { LiveClock } from './live-clock.ts';
import { LIVE_LIMITS, type LiveLimits } from './live-queue.ts';
import { type LiveHost, type LiveListener, LiveViewer, livePacket, type ViewerOptions } from './live-viewer.ts';
import { choiceOf, type TrackChoice, tracksFor } from './track-choice.ts';

/** How often viewers are told why nothing comes: whoever gets it over a network must notice a recorder that is gone. */
const TELL_EVERY_MS = 15_000;

const NO_SOUND = 'it sends no sound';

/** The newest packets of the camera's current run, as the pre-roll keeps them. */
export interface RecentPackets {
  /** From the last key packet at or before `from` up to now; nothing before the first key packet. */
  cut(from: WallMs): readonly Packet[];
}

/** Where a feed's packets come from, and who hears of its viewers. */
export interface LiveSourceOptions {
  readonly recent: RecentPackets;
  /** Somebody watches now, or nobody any more. */
  onWatched?(isWatched: boolean): void;
}

/** What a pipeline tells the feed. Calls of one that was replaced are not heard any more. */
export interface LiveSource {
  runStarted(info: StreamInfo): void;
  /** Takes the newest packet, after `recent` has it. */
  push(packet: Packet): void;
  runEnded(): void;
  /** Tells who waits why nothing comes. */
  status(status: CameraStatus, problem: string | undefined): void;
  /** Nothing will come. Ends whoever waits. */
  close(): void;
}

/** One camera's feed. It copies nothing, waits for nobody, and costs next to nothing while nobody watches. */
export class LiveFeed implements LiveHost {
  readonly limits: LiveLimits;
  readonly #time: Pick<Clock, 'every'>;
  readonly #beside: LiveFeed | undefined;
  readonly #clock = new LiveClock();
  readonly #viewers = new Set<LiveListener>();
  #source: LiveSourceOptions | undefined;
  #tracks: TrackChoice | undefined;
  /** Between runs nothing of before is live. */
  #isRunning = false;
  #newestMs: WallMs | undefined;
  #liveMinusWallUs: number | undefined;
  #status: { readonly status: CameraStatus; readonly problem: string | undefined } = { status: 'offline', problem: undefined };
  #skippedBefore = 0;
  #isClosed = false;
  /** Since viewers were last told, or nearly. */
  #hasCome = false;
  #stopTelling: () => void = () => undefined;

  /** @param beside - The camera's other stream: where it can be, this one's clock agrees with it. */
  constructor(time: Pick<Clock, 'every'>, limits: LiveLimits = LIVE_LIMITS, beside?: LiveFeed) {
    this.#time = time;
    this.limits = limits;
    this.#beside = beside;
  }

  /** How many watch. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /** Frames that were left out for viewers too slow for them, since the start. */
  get skippedFrames(): number {
    return [...this.#viewers].reduce((sum, viewer) => sum + viewer.skippedFrames, this.#skippedBefore);
  }

  /** Whether there is something that feeds it. */
  get isFed(): boolean {
    return this.#source !== undefined;
  }

  /** The tracks of the newest run. */
  get tracks(): TrackChoice | undefined {
    return this.#tracks;
  }

  /** Live time minus wall time in the current run, in microseconds, as far as is known: what leads from one stream of a camera to another. */
  get liveMinusWallUs(): number | undefined {
    return this.#isRunning ? this.#liveMinusWallUs : undefined;
  }

  /** Whoever calls this feeds from now on, and who did before does not any more. */
  from(source: LiveSourceOptions): LiveSource {
    this.#source = source;
    this.#isRunning = false;
    if (this.#viewers.size > 0) source.onWatched?.(true);
    const isHeard = (): boolean => this.#source === source;
    return {
      runStarted: (info) => isHeard() && this.#runStarted(info),
      push: (packet) => isHeard() && this.#push(packet),
      runEnded: () => isHeard() && this.#runEnded(),
      status: (status, problem) => isHeard() && this.#tell(status, problem),
      close: () => isHeard() && this.#endViewers(),
    };
  }

  /** The camera has no such stream any more: ends every viewer. */
  feedNothing(): void {
    this.#endViewers();
    this.#source = undefined;
    this.#isRunning = false;
  }

  /** Follows the camera until `signal` aborts or the feed is closed. */
  watch(options: ViewerOptions = {}): LiveViewer {
    return new LiveViewer(this, options);
  }

  /** The camera is gone for good: ends every viewer. */
  close(): void {
    this.#isClosed = true;
    this.#endViewers();
  }

  join(viewer: LiveListener): void {
    if (this.#isClosed) return viewer.end();
    // What was gathered until now may come at once, and belongs to the past.
    if (this.#viewers.size === 0) {
      this.#source?.onWatched?.(true);
      this.#stopTelling = this.#time.every(TELL_EVERY_MS, () => this.#repeat());
    }
    this.#viewers.add(viewer);
    viewer.begin(this.#past(viewer));
    const { status, problem } = this.#status;
    if (status !== 'online') viewer.onWaiting?.(status, problem);
    else if (this.#lacksSoundFor(viewer)) viewer.onWaiting?.(status, NO_SOUND);
  }

  leave(viewer: LiveListener): void {
    if (!this.#viewers.delete(viewer)) return;
    this.#skippedBefore += viewer.skippedFrames;
    if (this.#viewers.size > 0) return;
    this.#stopTelling();
    this.#source?.onWatched?.(false);
  }

  #runStarted(info: StreamInfo): void {
    this.#isRunning = true;
    this.#newestMs = undefined;
    this.#liveMinusWallUs = undefined;
    this.#clock.runStarted(info);
    this.#tracks = choiceOf(info, this.#tracks);
    for (const viewer of this.#viewers) viewer.runStarted();
  }

  #push(packet: Packet): void {
    this.#clock.take(packet, this.#newestMs === undefined ? this.#placeOf(packet) : undefined);
    this.#newestMs = packet.wallMs;
    if (packet.track === 'video') this.#liveMinusWallUs = packet.ptsUs + this.#clock.offsetUs - packet.wallMs * 1000;
    this.#hasCome = true;
    const tracks = this.#tracks;
    if (tracks === undefined || this.#viewers.size === 0) return;
    const { offsetUs } = this.#clock;
    const made = new Map<LiveTracks, LivePacket>();
    for (const viewer of this.#viewers) {
      const chosen = viewer.wants[packet.track] ? tracksFor(viewer.wants, tracks) : undefined;
      if (chosen === undefined) continue;
      const live = made.get(chosen) ?? livePacket(packet, offsetUs, chosen);
      made.set(chosen, live);
      viewer.push(live);
    }
  }

  /** Where the first packet of a run lies by the clock of the stream beside. */
  #placeOf({ wallMs: atMs, ptsUs, dtsUs }: Packet): number | undefined {
    const liveMinusWallUs = this.#beside?.liveMinusWallUs;
    return liveMinusWallUs === undefined ? undefined : Math.max(0, Math.round(atMs * 1000 + liveMinusWallUs - (ptsUs - dtsUs)));
  }

  #runEnded(): void {
    this.#isRunning = false;
  }

  #tell(status: CameraStatus, problem: string | undefined): void {
    const before = this.#status;
    this.#status = { status, problem };
    const isNews = status !== before.status || problem !== before.problem;
    if (isNews && status !== 'online') for (const viewer of this.#viewers) viewer.onWaiting?.(status, problem);
  }

  #repeat(): void {
    const { status, problem } = this.#status;
    for (const viewer of this.#viewers) {
      if (!this.#hasCome) viewer.onWaiting?.(status, problem);
      else if (this.#lacksSoundFor(viewer)) viewer.onWaiting?.(status, NO_SOUND);
    }
    this.#hasCome = false;
  }

  #endViewers(): void {
    for (const viewer of [...this.#viewers]) viewer.end();
  }

  /** Whether there is nothing for whoever wants sound alone. */
  #lacksSoundFor({ wants }: LiveListener): boolean {
    return !wants.video && this.#isRunning && this.#tracks?.audio === undefined;
  }

  #past({ preRollSeconds, wants }: LiveListener): readonly LivePacket[] {
    const choice = this.#tracks;
    const tracks = choice && tracksFor(wants, choice);
    if (!this.#isRunning || tracks === undefined || this.#newestMs === undefined || this.#source === undefined) return [];
    if (!wants.video && preRollSeconds === 0) return [];
    const { offsetUs } = this.#clock;
    // With B-frames the newest packet may be shown before the newest key packet.
    const from = preRollSeconds === 0 ? Number.POSITIVE_INFINITY : this.#newestMs - preRollSeconds * 1000;
    const isWanted = ({ track, wallMs: atMs }: Packet): boolean => wants[track] && (wants.video || atMs >= from);
    return this.#source.recent
      .cut(wallMs(from))
      .filter(isWanted)
      .map((packet) => livePacket(packet, offsetUs, tracks));
  }
}
