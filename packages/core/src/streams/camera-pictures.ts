// Everything that shows a camera as JPEG: snapshots, and pictures that go on. Costs nothing while nobody asks.
import type { Picture } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Packet } from '../model/packet.ts';
import { PictureChannelRunner } from './picture-channel-runner.ts';
import { sharedWidth } from './picture-size-policy.ts';
import type { PictureSubject, PictureTools } from './picture-subject.ts';
import { PictureViewer } from './picture-viewer.ts';
import { type SnapshotOptions, Snapshots } from './snapshots.ts';

/** Sizes in which a camera is decoded for viewers at once. */
const MOST_SIZES = 3;
const FPS = { least: 0.05, default: 5, most: 60 };

/** How pictures are wanted. */
export interface LivePictureOptions {
  /** Pictures a second, at most. Default 5. */
  readonly maxFps?: number;
  /** Widest they may be. */
  readonly width?: number;
  readonly signal?: AbortSignal;
}

/** What pictures of a camera cost. */
export interface PictureFigures {
  /** Key frames decoded for snapshots so far. */
  readonly snapshotDecodes: number;
  /** Decoders that run now, beside those of analysis. */
  readonly decoders: number;
}

interface Channel {
  readonly width: number | undefined;
  readonly runner: PictureChannelRunner;
}

/** Pictures of one camera. */
export class CameraPictures {
  readonly #subject: PictureSubject;
  readonly #tools: PictureTools;
  readonly #snapshots: Snapshots;
  readonly #channels = new Set<Channel>();
  #isStopped = false;

  constructor(subject: PictureSubject, tools: PictureTools) {
    this.#subject = subject;
    this.#tools = tools;
    this.#snapshots = new Snapshots(subject, tools);
  }

  /** What runs and what was done, for measurements. */
  get figures(): PictureFigures {
    const decoders = [...this.#channels].filter(({ runner }) => runner.isRunning).length + (this.#snapshots.isDecoderRunning ? 1 : 0);
    return { snapshotDecodes: this.#snapshots.decodes, decoders };
  }

  /** The newest picture, or one that says why there is none. @throws RecorderError `PICTURE_FAILED`, `CAMERA_OFFLINE`. */
  snapshot(options: SnapshotOptions = {}): Promise<Picture> {
    return this.#snapshots.get(options);
  }

  /**
   * Pictures as they come, from now on; the first one at once. Ends when `signal` aborts or the camera is stopped. Whoever takes one must
   * read it or abort.
   *
   * @throws RecorderError `PICTURES_BUSY` where too many sizes are watched already, or decoders for too many cameras run.
   */
  watch({ maxFps = FPS.default, width, signal }: LivePictureOptions = {}): AsyncIterableIterator<Picture, undefined> {
    const forget = (): void => viewer.end();
    const viewer = new PictureViewer(Math.min(FPS.most, Math.max(FPS.least, maxFps)), () => {
      signal?.removeEventListener('abort', forget);
      channel?.runner.remove(viewer);
    });
    const channel = this.#isStopped || signal?.aborted === true ? undefined : this.#channelFor(width);
    if (channel === undefined) viewer.end();
    else {
      signal?.addEventListener('abort', forget, { once: true });
      channel.runner.add(viewer);
    }
    return viewer;
  }

  /** Takes every packet of the camera. */
  push(packet: Packet): void {
    for (const { runner } of this.#channels) runner.push(packet);
  }

  runEnded(): void {
    this.#snapshots.runEnded();
    for (const { runner } of this.#channels) runner.runEnded();
  }

  /** Ends everything within 2 s. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.#snapshots.stop(), ...[...this.#channels].map(({ runner }) => runner.stop())]);
  }

  #channelFor(wanted: number | undefined): Channel {
    const video = this.#subject.video();
    const width = wanted === undefined || (video !== undefined && wanted >= video.width) ? undefined : sharedWidth(wanted);
    const channels = [...this.#channels];
    return channels.find((channel) => channel.width === width) ?? this.#open(width) ?? this.#nearest(width);
  }

  /** `undefined` where there are too many already. */
  #open(width: number | undefined): Channel | undefined {
    if (this.#channels.size >= MOST_SIZES || !this.#mayDecode()) return undefined;
    const onEmpty = (): void => {
      this.#channels.delete(channel);
      if (this.#channels.size === 0) this.#subject.onWatched?.(false);
    };
    const runner = new PictureChannelRunner({
      subject: this.#subject,
      tools: this.#tools,
      snapshots: this.#snapshots,
      onEmpty,
      ...(width === undefined ? {} : { maxWidth: width }),
    });
    const channel: Channel = { width, runner };
    // Packets that come by this belong to the past, which the runner looks at first.
    if (this.#channels.size === 0) this.#subject.onWatched?.(true);
    this.#channels.add(channel);
    return channel;
  }

  /** Whether there is room for another decoder, or none is needed yet: while the camera is away its pictures are drawn. */
  #mayDecode(): boolean {
    const { viewers } = this.#tools.budgets;
    return viewers.hasRoom || (viewers.most > 0 && this.#snapshots.isAway());
  }

  /** The largest size that is watched and fits. */
  #nearest(width: number | undefined): Channel {
    const widthOf = (channel: Channel): number => channel.width ?? Number.POSITIVE_INFINITY;
    const [nearest] = [...this.#channels].filter((channel) => widthOf(channel) <= (width ?? Number.POSITIVE_INFINITY)).sort((a, b) => widthOf(b) - widthOf(a));
    if (nearest !== undefined) return nearest;
    const isOwn = this.#channels.size >= MOST_SIZES;
    const why = isOwn
      ? `is watched in ${MOST_SIZES} larger sizes already`
      : `can't be decoded: ${this.#tools.budgets.viewers.most} decoders for viewers run already`;
    throw new RecorderError('PICTURES_BUSY', `camera ${this.#subject.id} ${why}`);
  }
}
