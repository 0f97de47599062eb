// One event's video while it is recorded: a fragmented MP4 that plays at any moment up to its last whole fragment.
import { access, type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AudioTrack, type Sample, type Track, type VideoTrack, writeFragment, writeInitSegment } from '@nightjar/media';
import { InvariantError, RecorderError } from '../../errors/recorder-error.ts';
import type { EventRecord } from '../../model/event.ts';
import type { EventFile, RecordedSample, VideoFacts } from '../../ports/event-files.ts';
import type { Logger } from '../../ports/logger.ts';
import { diskError } from './disk-errors.ts';
import { identityBoxOf } from './event-identity.ts';
import { makeFastStart } from './fast-start.ts';
import { FILE_MODE, syncDirectory, writeFully } from './file-io.ts';
import { factsOf, scanVideo } from './video-scan.ts';

const VIDEO_TIMESCALE = 90_000;
const VIDEO_TRACK_ID = 1;
const AUDIO_TRACK_ID = 2;

/** The tracks of a recording as its file has them. */
const fileTracks = (tracks: { readonly video: VideoTrack; readonly audio?: AudioTrack }): readonly Track[] => {
  const video: Track = { ...tracks.video, trackId: VIDEO_TRACK_ID, timescale: VIDEO_TIMESCALE };
  return tracks.audio === undefined ? [video] : [video, { ...tracks.audio, trackId: AUDIO_TRACK_ID, timescale: tracks.audio.sampleRate }];
};

/** Writes the file of one event. After `finish` or `abandon` it is closed. */
export class EventVideoWriter implements EventFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #tracks: readonly Track[];
  readonly #video: VideoTrack;
  readonly #logger: Logger | undefined;
  /** End of the last whole fragment; anything beyond is a failed write. */
  #length: number;
  #isTorn = false;
  #isClosed = false;
  #sequence = 0;
  /** Added to all times: a file cannot hold decode times before 0, which streams with B-frames begin with. */
  #shiftUs: number | undefined;
  /** By track id: the earliest decode time the next sample may have. */
  readonly #nextDts = new Map<number, number>();

  private constructor(
    path: string,
    handle: FileHandle,
    tracks: readonly Track[],
    options: { readonly video: VideoTrack; readonly length: number; readonly logger: Logger | undefined },
  ) {
    this.path = path;
    this.#handle = handle;
    this.#tracks = tracks;
    this.#video = options.video;
    this.#length = options.length;
    this.#logger = options.logger;
  }

  /**
   * Makes the file with its init segment and identity. An existing file is never overwritten.
   *
   * @throws RecorderError `DISK_FULL`, `DISK_FAILED`.
   */
  static async create(
    path: string,
    event: EventRecord,
    tracks: { readonly video: VideoTrack; readonly audio?: AudioTrack },
    logger?: Logger,
  ): Promise<EventVideoWriter> {
    const ours = fileTracks(tracks);
    const init = writeInitSegment(ours, { extraBoxes: [identityBoxOf(event)] });
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'wx+', FILE_MODE);
      await writeFully(handle, init, 0);
      await handle.sync();
      await syncDirectory(dirname(path));
      return new EventVideoWriter(path, handle, ours, { video: tracks.video, length: init.length, logger });
    } catch (error) {
      await handle?.close().catch(() => undefined);
      throw diskError(error, `cannot start ${path}`);
    }
  }

  async append(samples: readonly RecordedSample[]): Promise<void> {
    this.#mustBeOpen();
    if (samples.length === 0) return;
    const [own, nextDts] = this.#toTicks(samples);
    if (own.length === 0) return;
    const fragment = writeFragment(this.#sequence + 1, own, this.#tracks);
    try {
      if (this.#isTorn) await this.#cutBack();
      this.#isTorn = true;
      await writeFully(this.#handle, fragment, this.#length);
    } catch (error) {
      // The file must go on playing. Should this fail too, the next append tries again, and repair does later.
      await this.#cutBack().catch(() => undefined);
      throw diskError(error, `cannot write ${this.path}`);
    }
    this.#isTorn = false;
    this.#sequence += 1;
    this.#length += fragment.length;
    for (const [trackId, dts] of nextDts) this.#nextDts.set(trackId, dts);
  }

  async sync(): Promise<void> {
    this.#mustBeOpen();
    try {
      await this.#handle.datasync();
      // An open file takes bytes long after its disk was unmounted or its directory removed: nobody would find them.
      await access(this.path);
    } catch (error) {
      throw diskError(error, `cannot sync ${this.path}`);
    }
  }

  async finish(identity: EventRecord): Promise<VideoFacts> {
    this.#mustBeOpen();
    this.#isClosed = true;
    try {
      if (this.#isTorn) await this.#cutBack();
      await this.#handle.datasync();
      const scan = await scanVideo(this.#handle);
      const facts = factsOf(scan);
      // A file that was deleted meanwhile holds nothing anybody can see.
      if (facts === undefined || (await this.#handle.stat()).nlink === 0) return this.#emptyFacts(identity);
      try {
        await makeFastStart(this.path, scan, identity);
      } catch (error) {
        this.#logger?.warn('video stays fragmented', { path: this.path, reason: error instanceof Error ? error.message : String(error) });
        return facts;
      }
    } catch (error) {
      throw diskError(error, `cannot finish ${this.path}`);
    } finally {
      await this.#close();
    }
    return await this.#inspect();
  }

  async abandon(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#isTorn) await this.#cutBack().catch(() => undefined);
    await this.#close();
  }

  /** What the file holds now that another one has taken its place. */
  async #inspect(): Promise<VideoFacts> {
    try {
      const handle = await open(this.path, 'r');
      try {
        const facts = factsOf(await scanVideo(handle));
        if (facts !== undefined) return facts;
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw diskError(error, `cannot read ${this.path}`);
    }
    throw new RecorderError('VIDEO_DAMAGED', `${this.path} holds no picture`);
  }

  #emptyFacts(identity: EventRecord): VideoFacts {
    const { codec, width, height } = this.#video;
    return { frames: 0, durationMs: 0, sizeBytes: this.#length, codec, width, height, identity };
  }

  /**
   * Times are converted one by one from the start of the file, so rounding never adds up. Decode times are kept
   * rising, because a file in which they go back does not play.
   */
  #toTicks(samples: readonly RecordedSample[]): readonly [Sample[], ReadonlyMap<number, number>] {
    this.#shiftUs ??= Math.max(0, ...samples.map((sample) => -sample.dtsUs));
    const shiftUs = this.#shiftUs;
    const nextDts = new Map(this.#nextDts);
    const own: Sample[] = [];
    for (const sample of samples) {
      const track = this.#tracks.find((candidate) => candidate.kind === sample.track);
      if (track === undefined) continue;
      const ticks = (us: number): number => Math.round(((us + shiftUs) * track.timescale) / 1e6);
      const dts = Math.max(ticks(sample.dtsUs), nextDts.get(track.trackId) ?? 0);
      const duration = Math.max(0, ticks(sample.dtsUs + sample.durationUs) - dts);
      own.push({ trackId: track.trackId, dts, pts: ticks(sample.ptsUs), duration, isKey: sample.isKey, data: sample.data });
      nextDts.set(track.trackId, dts + 1);
    }
    return [own, nextDts];
  }

  async #cutBack(): Promise<void> {
    await this.#handle.truncate(this.#length);
    this.#isTorn = false;
  }

  async #close(): Promise<void> {
    // A failing close loses nothing that a sync has not reported.
    await this.#handle.close().catch(() => undefined);
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new InvariantError(`${this.path} was closed already`);
  }
}
