// One section on its way to one file: packets are collected into fragments and appended one at a time. Bounded: when the
// disk can't keep up, whole GOPs are dropped and counted, and the camera never waits.
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import { type WallMs, wallMs } from '../model/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventFile, EventFiles, RecordedSample, VideoFacts } from '../ports/event-files.ts';

/** Where a section goes. */
export interface Placement {
  /** Absolute path of the area's root. */
  readonly root: string;
  readonly event: EventRecord;
}

/** Limits of writing; all settings. */
export interface WriteLimits {
  /** Longest fragment: what a crash may cost. */
  readonly fragmentMs: number;
  /** How often data is forced to the disk. */
  readonly syncIntervalMs: number;
  /** Bytes waiting for the disk before GOPs are dropped. */
  readonly maxQueuedBytes: number;
}

/** How a section ended. */
export interface SectionEnd {
  readonly placement: Placement | undefined;
  /** Absent when nothing could be written or the file could not be closed. */
  readonly facts: VideoFacts | undefined;
  readonly startMs: WallMs;
  /** End of the last frame that is in the file. */
  readonly endMs: WallMs;
  readonly frames: number;
  readonly failure: RecorderError | undefined;
}

/** How far a section is. */
export interface WriteProgress {
  /** Capture time of the first frame; exact once something is written. */
  readonly startMs: WallMs;
  readonly endMs: WallMs;
  readonly frames: number;
  readonly sizeBytes: number;
}

/** Who decides about a section and hears of it. */
export interface SectionOwner {
  /** Finds room for the section; `undefined` when there is none. */
  place(startMs: WallMs, info: StreamInfo): Promise<Placement | undefined>;
  /** The event as it is now, to be kept inside the file; `undefined` where nobody knows it any more. */
  describe(progress: WriteProgress): EventRecord | undefined;
  /** Packets that are in the file now, in order. */
  onWritten?(packets: readonly Packet[]): void;
  onProgress(progress: WriteProgress): void;
  onDropped(frames: number, fromMs: WallMs, toMs: WallMs): void;
}

/** What a writer needs. */
export interface SectionWriterOptions {
  readonly files: EventFiles;
  readonly clock: Clock;
  readonly info: StreamInfo;
  readonly limits: WriteLimits;
  readonly owner: SectionOwner;
  /** Counts what is written, of all files of a camera. */
  readonly written?: { frames: number; bytes: number };
}

/** Writes one section. */
export class SectionWriter {
  /** Resolves when the file is closed, however that went. Never rejects. */
  readonly ended: Promise<SectionEnd>;
  readonly #options: SectionWriterOptions;
  readonly #baseUs: number;
  readonly #firstPtsUs: number;
  #startMs: WallMs;
  #queue: Packet[] = [];
  #queuedBytes = 0;
  #finishing = false;
  #finished = false;
  #failure: RecorderError | undefined;
  #wake: () => void = () => undefined;
  #dropping: { frames: number; readonly fromMs: WallMs; toMs: WallMs } | undefined;
  #frames = 0;
  #bytes = 0;
  #endMs: WallMs;
  #lastSyncMs: number;

  /** @param first - The key packet the file begins with. */
  constructor(options: SectionWriterOptions, first: Packet) {
    this.#options = options;
    this.#startMs = first.wallMs;
    this.#endMs = first.wallMs;
    this.#baseUs = first.dtsUs;
    this.#firstPtsUs = first.ptsUs;
    this.#lastSyncMs = options.clock.monotonic();
    this.push(first);
    this.ended = this.#run();
  }

  /** Bytes that wait for the disk. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Capture time of the first frame. */
  get startMs(): WallMs {
    return this.#startMs;
  }

  /** Takes the next packet, or drops it with its GOP when too much is waiting. */
  push(packet: Packet): void {
    if (this.#finishing || this.#failure !== undefined) return;
    if (packet.track === 'audio' && packet.dtsUs < this.#baseUs) return;
    if (this.#dropping !== undefined) {
      if (!(packet.track === 'video' && packet.isKey) || this.#queuedBytes > this.#options.limits.maxQueuedBytes / 2) {
        this.#drop(packet, this.#dropping);
        return;
      }
      this.#tellDropped(packet.wallMs);
    }
    if (this.#queuedBytes + packet.data.length > this.#options.limits.maxQueuedBytes) {
      this.#dropping = { frames: 0, fromMs: packet.wallMs, toMs: packet.wallMs };
      this.#drop(packet, this.#dropping);
      return;
    }
    this.#queue.push(packet);
    this.#queuedBytes += packet.data.length;
    if (this.#hasFragment()) this.#wake();
  }

  /** No more packets: writes what is waiting and closes the file. */
  finish(): void {
    if (!this.#finishing && this.#dropping !== undefined) this.#tellDropped(this.#dropping.toMs);
    this.#finishing = true;
    this.#wake();
  }

  #drop(packet: Packet, dropping: { frames: number; toMs: WallMs }): void {
    if (packet.track !== 'video') return;
    dropping.frames += 1;
    dropping.toMs = wallMs(Math.max(dropping.toMs, Math.round(packet.wallMs + packet.durationUs / 1000)));
  }

  #tellDropped(toMs: WallMs): void {
    if (this.#dropping === undefined) return;
    const { frames, fromMs } = this.#dropping;
    this.#dropping = undefined;
    if (frames > 0) this.#options.owner.onDropped(frames, fromMs, toMs);
  }

  #hasFragment(): boolean {
    const first = this.#queue[0];
    const last = this.#queue.at(-1);
    return first !== undefined && last !== undefined && (last.dtsUs - first.dtsUs) / 1000 >= this.#options.limits.fragmentMs;
  }

  async #run(): Promise<SectionEnd> {
    let placement: Placement | undefined;
    let file: EventFile | undefined;
    let facts: VideoFacts | undefined;
    try {
      const { files, owner, info } = this.#options;
      // The caller's stack unwinds first, so that a whole pre-roll can be pushed.
      await Promise.resolve();
      placement = await owner.place(this.#startMs, info);
      if (placement === undefined) throw new RecorderError('DISK_FAILED', 'no storage area can be written to');
      file = await files.create(placement.root, placement.event, info);
      await this.#pump(file);
      facts = await this.#finish(file, placement);
    } catch (error) {
      this.#failure = RecorderError.wrap(error, 'DISK_FAILED', 'writing an event');
      facts = file === undefined || placement === undefined ? undefined : await this.#salvage(file, placement);
    }
    this.#queue = [];
    this.#queuedBytes = 0;
    return { placement, facts, startMs: this.#startMs, endMs: this.#endMs, frames: this.#frames, failure: this.#failure };
  }

  /** After a failed write: what is in the file stays and is closed as well as the disk allows. */
  async #salvage(file: EventFile, placement: Placement): Promise<VideoFacts | undefined> {
    try {
      if (this.#frames > 0 && !this.#finished) return await this.#finish(file, placement);
    } catch {
      // A file that can't be finished is a fragmented one, which plays too.
    }
    await file.abandon().catch(() => undefined);
    return this.#frames === 0 ? undefined : this.#options.files.inspect(file.path).catch(() => undefined);
  }

  #finish(file: EventFile, placement: Placement): Promise<VideoFacts> {
    this.#finished = true;
    return file.finish(this.#options.owner.describe(this.#progress()) ?? placement.event);
  }

  async #pump(file: EventFile): Promise<void> {
    for (;;) {
      const fragment = this.#takeFragment();
      if (fragment.length > 0) {
        await file.append(fragment.map((packet) => this.#toSample(packet)));
        this.#written(fragment);
        await this.#syncWhenDue(file);
      } else if (this.#finishing) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  async #syncWhenDue(file: EventFile): Promise<void> {
    const now = this.#options.clock.monotonic();
    if (now - this.#lastSyncMs < this.#options.limits.syncIntervalMs) return;
    this.#lastSyncMs = now;
    await file.sync();
  }

  /** The oldest packets that make one fragment; everything left when finishing. */
  #takeFragment(): readonly Packet[] {
    const first = this.#queue[0];
    if (first === undefined || !(this.#finishing || this.#hasFragment())) return [];
    const untilUs = first.dtsUs + this.#options.limits.fragmentMs * 1000;
    const found = this.#queue.findIndex((packet) => packet.dtsUs >= untilUs);
    const count = found < 0 ? this.#queue.length : Math.max(1, found);
    const fragment = this.#queue.splice(0, count);
    this.#queuedBytes -= fragment.reduce((sum, packet) => sum + packet.data.length, 0);
    return fragment;
  }

  #toSample(packet: Packet): RecordedSample {
    const { track, data, durationUs, isKey } = packet;
    return { track, data, ptsUs: packet.ptsUs - this.#baseUs, dtsUs: packet.dtsUs - this.#baseUs, durationUs, isKey };
  }

  /** A camera's first pictures come late and all at once; how late shows when the next ones come in time. */
  #correctStart(fragment: readonly Packet[]): void {
    for (const { track, wallMs: at, ptsUs } of fragment) {
      if (track === 'video') this.#startMs = wallMs(Math.min(this.#startMs, Math.round(at - (ptsUs - this.#firstPtsUs) / 1000)));
    }
  }

  #written(fragment: readonly Packet[]): void {
    if (this.#frames === 0) this.#correctStart(fragment);
    const before = { frames: this.#frames, bytes: this.#bytes };
    for (const packet of fragment) {
      this.#bytes += packet.data.length;
      if (packet.track !== 'video') continue;
      this.#frames += 1;
      this.#endMs = wallMs(Math.max(this.#endMs, Math.round(packet.wallMs + packet.durationUs / 1000)));
    }
    const { written, owner } = this.#options;
    if (written !== undefined) {
      written.frames += this.#frames - before.frames;
      written.bytes += this.#bytes - before.bytes;
    }
    owner.onWritten?.(fragment);
    owner.onProgress(this.#progress());
  }

  #progress(): WriteProgress {
    return { startMs: this.#startMs, endMs: this.#endMs, frames: this.#frames, sizeBytes: this.#bytes };
  }
}
