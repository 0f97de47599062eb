// Event directories in memory, with the ways disks fail.
import { type Clock, type EventFile, type EventFiles, type EventRecord, type RecordedSample, RecorderError, type VideoFacts } from '@nightjar/core';
import type { AudioTrack, VideoTrack } from '@nightjar/media';

/** What may be changed at any time to make the disk fail. Absent or false: it works. */
export interface DiskFaults {
  /** `append`, `finish` and `writeAttachment` fail with `DISK_FULL` once this many bytes would be held. */
  fullAfterBytes?: number;
  /** Every append fails with `DISK_FAILED`. */
  failAppend?: boolean;
  /** Every sync fails with `DISK_FAILED`. */
  failSync?: boolean;
  /** `create` fails with `DISK_FAILED`. */
  failCreate?: boolean;
  /** `finish` fails with `DISK_FAILED`; the file stays as it is. */
  failFinish?: boolean;
  /** Appends take this long on the clock given to the constructor, in milliseconds. */
  appendMs?: number;
}

/** How far a file got. */
export type MemoryFileState = 'open' | 'finished' | 'abandoned';

/** One video file in memory. */
export interface MemoryVideoFile {
  readonly path: string;
  readonly video: VideoTrack;
  readonly audio?: AudioTrack;
  readonly fragments: (readonly RecordedSample[])[];
  identity: EventRecord;
  state: MemoryFileState;
  /** Fragments that would survive a power cut. */
  syncedFragments: number;
}

/** `EventFiles` in memory. */
export class MemoryEventFiles implements EventFiles {
  readonly #clock: Clock | undefined;
  readonly #videos = new Map<string, MemoryVideoFile>();
  readonly #attachments = new Map<string, Uint8Array>();
  readonly faults: DiskFaults = {};

  /** @param clock - Needed for `faults.appendMs` only. */
  constructor(clock?: Clock) {
    this.#clock = clock;
  }

  /** Video files by path, in order of creation. */
  get videos(): ReadonlyMap<string, MemoryVideoFile> {
    return this.#videos;
  }

  /** Attachments by path. */
  get attachments(): ReadonlyMap<string, Uint8Array> {
    return this.#attachments;
  }

  /** Bytes held, of media and attachments. */
  get sizeBytes(): number {
    let sum = 0;
    for (const file of this.#videos.values()) sum += mediaBytes(file);
    for (const bytes of this.#attachments.values()) sum += bytes.length;
    return sum;
  }

  /** What a power cut leaves: open files with only what was synced. */
  cutPower(): void {
    for (const file of this.#videos.values()) {
      if (file.state !== 'open') continue;
      file.fragments.length = file.syncedFragments;
      file.state = 'abandoned';
    }
  }

  async create(root: string, event: EventRecord, tracks: { readonly video: VideoTrack; readonly audio?: AudioTrack }): Promise<EventFile> {
    if (this.faults.failCreate === true) throw diskFailed('create a file');
    const path = `${root}/${event.directory}/${event.id}-video.mp4`;
    const file: MemoryVideoFile = { path, ...tracks, fragments: [], identity: event, state: 'open', syncedFragments: 0 };
    this.#videos.set(path, file);
    return {
      path,
      append: (samples) => this.#append(file, samples),
      sync: async () => {
        if (this.faults.failSync === true) throw diskFailed('sync');
        file.syncedFragments = file.fragments.length;
      },
      finish: async (identity) => {
        if (this.faults.failFinish === true) throw diskFailed('finish a file');
        file.identity = identity;
        file.state = 'finished';
        file.syncedFragments = file.fragments.length;
        return factsOf(file);
      },
      abandon: async () => {
        if (file.state === 'open') file.state = 'abandoned';
      },
    };
  }

  async repair(path: string): Promise<VideoFacts | undefined> {
    const file = this.#videos.get(path);
    if (file === undefined || file.fragments.length === 0) return undefined;
    file.state = 'finished';
    return factsOf(file);
  }

  async inspect(path: string): Promise<VideoFacts> {
    const file = this.#videos.get(path);
    if (file === undefined || file.fragments.length === 0) throw new RecorderError('VIDEO_DAMAGED', `${path} holds nothing that plays`);
    return factsOf(file);
  }

  async writeAttachment(root: string, directory: string, name: string, bytes: Uint8Array): Promise<void> {
    if (!isInside(directory) || name.includes('/')) throw new TypeError("an attachment belongs into an event's directory");
    this.#reserve(bytes.length);
    this.#attachments.set(`${root}/${directory}/${name}`, bytes.slice());
  }

  async readAttachment(root: string, directory: string, name: string): Promise<Uint8Array | undefined> {
    return this.#attachments.get(`${root}/${directory}/${name}`)?.slice();
  }

  async remove(root: string, directory: string, eventId: number): Promise<void> {
    if (!isInside(directory)) throw new TypeError(`${directory} of event ${eventId} lies outside its area`);
    for (const map of [this.#videos, this.#attachments]) {
      for (const path of map.keys()) if (path.startsWith(`${root}/${directory}/`)) map.delete(path);
    }
  }

  async #append(file: MemoryVideoFile, samples: readonly RecordedSample[]): Promise<void> {
    if (file.state !== 'open') throw new TypeError('nothing can be appended to a closed file');
    if (this.faults.appendMs !== undefined) await this.#clock?.sleep(this.faults.appendMs);
    if (this.faults.failAppend === true) throw diskFailed('append');
    this.#reserve(samples.reduce((sum, sample) => sum + sample.data.length, 0));
    file.fragments.push([...samples]);
  }

  #reserve(bytes: number): void {
    if (this.faults.fullAfterBytes !== undefined && this.sizeBytes + bytes > this.faults.fullAfterBytes) {
      throw new RecorderError('DISK_FULL', 'no space left on the disk in memory');
    }
  }
}

/** All samples of a file, in the order they were appended. */
export const samplesOf = (file: MemoryVideoFile): readonly RecordedSample[] => file.fragments.flat();

const diskFailed = (what: string): RecorderError => new RecorderError('DISK_FAILED', `could not ${what}: input/output error`);

const mediaBytes = (file: MemoryVideoFile): number => samplesOf(file).reduce((sum, sample) => sum + sample.data.length, 0);

const isInside = (directory: string): boolean => directory !== '' && !directory.startsWith('/') && !directory.split('/').includes('..');

function factsOf(file: MemoryVideoFile): VideoFacts {
  const frames = samplesOf(file).filter((sample) => sample.track === 'video');
  const starts = frames.map((frame) => frame.ptsUs);
  const ends = frames.map((frame) => frame.ptsUs + frame.durationUs);
  return {
    frames: frames.length,
    durationMs: frames.length === 0 ? 0 : (maxOf(ends) - minOf(starts)) / 1000,
    sizeBytes: mediaBytes(file),
    codec: file.video.codecString,
    width: file.video.width,
    height: file.video.height,
    identity: file.identity,
  };
}

const maxOf = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
const minOf = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
