// One decoder for all who watch a camera in the same size: it runs while somebody does, decodes what is needed, and makes pictures of no
// more frames than the one who wants most.
import type { Picture } from '@nightjar/client';
import type { Packet } from '../model/packet.ts';
import { isoTime } from '../model/time.ts';
import type { DecodedPicture, PictureDecoder } from '../ports/picture-decoder.ts';
import { PictureLabels } from './picture-labels.ts';
import type { PictureSubject, PictureTools } from './picture-subject.ts';
import type { PictureViewer } from './picture-viewer.ts';
import type { Snapshots } from './snapshots.ts';
import { areKeysEnough, type Due, thin } from './thinning-policy.ts';

/** After the last viewer: a page that is loaded again finds its decoder running. */
const LINGER_MS = 1000;
const WATCH_EVERY_MS = 1000;
/** How often those who watch a camera that is away are told so: proxies cut connections on which nothing comes. */
const TELL_AWAY_EVERY_MS = 5000;
/** Without a picture for so long although the camera is there, its newest key frame is shown. */
const SILENT_AFTER_MS = 5000;
/** A decoder that was fed and gave nothing for so long swallows what it is fed: a GOP that was fed in one go takes a small machine some seconds. */
const SWALLOWS_AFTER_MS = 15_000;
/** Frames that a decoder may hold back, where they are shown in another order (H.264 A.3.1, H.265 A.4.2). */
const MOST_HELD_BACK = 16;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** A decoder that ran so long was no failure. */
const STEADY_MS = 30_000;
/** A GOP with more pictures than this is not caught up with; the next key frame is waited for. */
const MOST_CAUGHT_UP = 150;

/** What a channel is made with. */
export interface PictureChannelOptions {
  readonly subject: PictureSubject;
  readonly tools: PictureTools;
  readonly snapshots: Snapshots;
  /** Widest the pictures may be; absent: as the camera sends them. */
  readonly maxWidth?: number;
  /** Nobody watches any more, and nothing runs. */
  onEmpty(): void;
}

interface Running {
  readonly decoder: PictureDecoder;
  readonly keysOnly: boolean;
  readonly startedMs: number;
  /** Gives its place back. */
  readonly leave: () => void;
  /** Since it gave a picture last: when the next wanted packet was fed, and how many packets were from it on. */
  unanswered: { readonly sinceMs: number; packets: number } | undefined;
}

/** Pictures of one camera in one size. */
export class PictureChannelRunner {
  readonly #options: PictureChannelOptions;
  readonly #viewers = new Set<PictureViewer>();
  readonly #labels: PictureLabels;
  #running: Running | undefined;
  #closing: Promise<void> = Promise.resolve();
  #waitsForKey = true;
  #due: Due;
  #failures = 0;
  #retryAtMs = 0;
  #stopWatching: (() => void) | undefined;
  #cancelLinger: (() => void) | undefined;
  #pictureMs = 0;
  #toldMs = Number.NEGATIVE_INFINITY;
  #isTelling = false;
  #isLabelling = false;
  #isStopped = false;

  constructor(options: PictureChannelOptions) {
    this.#options = options;
    this.#labels = new PictureLabels(options.subject, options.tools);
  }

  /** Whether a decoder runs. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  add(viewer: PictureViewer): void {
    const { clock } = this.#options.tools;
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    this.#viewers.add(viewer);
    this.#due = undefined;
    void this.#showFirst(viewer);
    if (this.#stopWatching === undefined) {
      this.#pictureMs = clock.monotonic();
      this.#stopWatching = clock.every(WATCH_EVERY_MS, () => this.#watch());
    }
    this.#catchUp();
  }

  remove(viewer: PictureViewer): void {
    if (!this.#viewers.delete(viewer) || this.#viewers.size > 0 || this.#isStopped) return;
    this.#cancelLinger = this.#options.tools.clock.after(LINGER_MS, () => void this.stop());
  }

  /** Takes every packet of the camera. */
  push(packet: Packet): void {
    if (packet.track !== 'video' || this.#isStopped) return;
    const isWatched = this.#viewers.size > 0;
    if (packet.isKey && isWatched) this.#choose();
    const running = this.#running;
    if (running === undefined || (running.keysOnly && !packet.isKey)) return;
    if (this.#waitsForKey && !packet.isKey) return;
    const { isTaken, due } = isWatched ? thin(this.#due, packet.ptsUs, this.#maxFps()) : { isTaken: false, due: undefined };
    this.#due = due;
    if (running.keysOnly && !isTaken) return;
    this.#waitsForKey = !this.#feed(running, packet, isTaken);
  }

  /** The stream is over. */
  runEnded(): void {
    this.#close();
  }

  /** Sends everybody away and ends, within 2 s. */
  async stop(): Promise<void> {
    if (!this.#isStopped) {
      this.#isStopped = true;
      this.#cancelLinger?.();
      this.#stopWatching?.();
      for (const viewer of [...this.#viewers]) viewer.end();
      this.#close();
      this.#options.onEmpty();
    }
    await this.#closing;
  }

  #maxFps(): number {
    return Math.max(...[...this.#viewers].map(({ maxFps }) => maxFps));
  }

  /** At a key packet, where any decoder may begin: runs the one that is right now. */
  #choose(): void {
    const wereEnough = this.#running?.keysOnly ?? false;
    const keysOnly = areKeysEnough({ maxFps: this.#maxFps(), gopSeconds: this.#options.subject.status().gopSeconds, wereEnough });
    if (this.#running !== undefined && this.#running.keysOnly === keysOnly) return;
    if (this.#running === undefined && this.#options.tools.clock.monotonic() < this.#retryAtMs) return;
    this.#close();
    this.#open(keysOnly);
  }

  /** Begins with the GOP that is on: its newest frame is shown at once, not the next key frame. */
  #catchUp(): void {
    const before = this.#running;
    const gop = this.#options.subject.newestGop();
    if (gop.length === 0 || gop.length > MOST_CAUGHT_UP || this.#options.snapshots.isAway()) return;
    this.#choose();
    const running = this.#running;
    // Of key frames alone the newest one is what the viewer is shown first anyway.
    if (running === undefined || running === before || running.keysOnly) return;
    gop.forEach((packet, index) => {
      if (running === this.#running && (packet.isKey || !this.#waitsForKey)) this.#waitsForKey = !this.#feed(running, packet, index === gop.length - 1);
    });
  }

  /** Does nothing where other cameras have all places: those who watch are shown snapshots until one is free. */
  #open(keysOnly: boolean): void {
    const { subject, tools, maxWidth } = this.#options;
    const video = subject.video();
    const leave = video === undefined ? undefined : tools.budgets.viewers.take();
    if (video === undefined || leave === undefined) return;
    this.#waitsForKey = true;
    this.#due = undefined;
    for (const viewer of this.#viewers) viewer.restart();
    try {
      const decoder = tools.decoders.open({
        video,
        keysOnly,
        ...(maxWidth === undefined ? {} : { maxWidth }),
        onPicture: (picture) => this.#show(picture),
        onFailure: (error) => {
          if (this.#running?.decoder === decoder) this.#fail(error);
        },
      });
      this.#running = { decoder, keysOnly, startedMs: tools.clock.monotonic(), leave, unanswered: undefined };
    } catch (error) {
      leave();
      this.#fail(error);
    }
  }

  /** @returns Whether it was taken. */
  #feed(running: Running, packet: Packet, isWanted: boolean): boolean {
    const isTaken = running.decoder.feed(packet, isWanted);
    const { unanswered } = running;
    // One that takes no more does not wait for more.
    if (unanswered !== undefined) unanswered.packets += isTaken ? 1 : Number.POSITIVE_INFINITY;
    else if (isTaken && isWanted) running.unanswered = { sinceMs: this.#options.tools.clock.monotonic(), packets: 1 };
    return isTaken;
  }

  #fail(error: unknown): void {
    const { clock, log } = this.#options.tools;
    const nowMs = clock.monotonic();
    if (this.#running !== undefined && nowMs - this.#running.startedMs >= STEADY_MS) this.#failures = 0;
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retryAtMs = nowMs + waitMs;
    log.warn(`live pictures: ${error instanceof Error ? error.message : String(error)}; starting again in ${waitMs / 1000} s`);
    this.#close();
  }

  #close(): void {
    const running = this.#running;
    this.#running = undefined;
    this.#waitsForKey = true;
    if (running === undefined) return;
    running.leave();
    this.#closing = Promise.all([this.#closing, running.decoder.close()]).then(
      () => undefined,
      () => undefined,
    );
  }

  #show({ jpeg, packet }: DecodedPicture): void {
    this.#pictureMs = this.#options.tools.clock.monotonic();
    if (this.#running !== undefined) this.#running.unanswered = undefined;
    const { maxWidth = 'full' } = this.#options;
    const picture: Picture = { jpeg, at: isoTime(packet.wallMs), stale: false, etag: `live-${packet.wallMs.toString(36)}-${maxWidth}` };
    const show = (shown: Picture): void => {
      for (const viewer of this.#viewers) viewer.show(shown, packet.ptsUs);
    };
    // While words are drawn, pictures that come are left out: none overtakes another, and nobody waits for more than one.
    if (this.#isLabelling) return;
    if (!this.#labels.isWanted) return show(picture);
    this.#isLabelling = true;
    void this.#labels.put(picture).then((named) => {
      this.#isLabelling = false;
      show({ ...picture, ...named });
    });
  }

  async #showFirst(viewer: PictureViewer): Promise<void> {
    const picture = await this.#snapshot();
    if (picture !== undefined) viewer.showAside(picture, { onlyFirst: true });
  }

  /** Shows something where the stream itself shows nothing, and replaces a decoder that gives none. */
  #watch(): void {
    if (this.#viewers.size === 0) return;
    if (this.#isSwallowing()) this.#fail(new Error(`the decoder made no picture within ${SWALLOWS_AFTER_MS / 1000} s`));
    const nowMs = this.#options.tools.clock.monotonic();
    const isAway = this.#options.snapshots.isAway();
    const silentMs = Math.max(SILENT_AFTER_MS, 2000 / this.#maxFps());
    const isDue = isAway ? nowMs - this.#toldMs >= TELL_AWAY_EVERY_MS : nowMs - this.#pictureMs >= silentMs;
    if (!isAway) this.#toldMs = Number.NEGATIVE_INFINITY;
    if (!isDue || this.#isTelling) return;
    this.#toldMs = nowMs;
    this.#pictureMs = nowMs;
    this.#isTelling = true;
    void this.#snapshot().then((picture) => {
      this.#isTelling = false;
      if (picture !== undefined && (picture.stale || this.#pictureMs === nowMs)) for (const viewer of this.#viewers) viewer.showAside(picture);
    });
  }

  #isSwallowing(): boolean {
    if (this.#running?.unanswered === undefined) return false;
    const { keysOnly, unanswered } = this.#running;
    const isLate = this.#options.tools.clock.monotonic() - unanswered.sinceMs >= SWALLOWS_AFTER_MS;
    return isLate && (keysOnly || unanswered.packets > MOST_HELD_BACK);
  }

  #snapshot(): Promise<Picture | undefined> {
    const { snapshots, maxWidth } = this.#options;
    return snapshots.get(maxWidth === undefined ? {} : { width: maxWidth }).catch(() => undefined);
  }
}
