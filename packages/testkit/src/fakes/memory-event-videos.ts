// Finished event directories on a `MemoryAreaDisk`, for tests about storage: what is in a video is what a test says.

import type { EventFiles, EventRecord, VideoFacts } from '@nightjar/core';
import { RecorderError } from '@nightjar/core';
import type { MemoryAreaDisk } from './memory-area-disk.ts';

/** A video as a test describes it. */
export interface MemoryVideo {
  /** What `inspect` and `repair` say; `undefined`: nothing in it plays. */
  readonly facts: VideoFacts | undefined;
  /** It was cut off: `inspect` refuses it until `repair` has run. */
  readonly isDamaged?: boolean;
}

/** The facts of an event's video as its row tells them. */
export const factsOfEvent = (event: EventRecord, changes: Partial<VideoFacts> = {}): VideoFacts => ({
  frames: event.frames,
  durationMs: event.endMs - event.startMs,
  sizeBytes: event.sizeBytes,
  codec: event.videoCodec,
  width: event.width,
  height: event.height,
  identity: event,
  ...changes,
});

/** The half of `EventFiles` that works on what is already there, without bytes: `put` events, then repair, inspect and remove them. Set `failure` to make calls reject. */
export class MemoryEventVideos implements Pick<EventFiles, 'repair' | 'inspect' | 'remove'> {
  readonly videos = new Map<string, MemoryVideo>();
  /** What calls reject with: an error, or a function of the call's name that may return one. */
  failure: Error | ((call: string) => Error | undefined) | undefined;
  readonly #disk: MemoryAreaDisk;

  constructor(disk: MemoryAreaDisk) {
    this.#disk = disk;
  }

  /** Puts an event's directory on the disk at `root`: its video and a snapshot of 10 bytes. */
  put(root: string, event: EventRecord, video: MemoryVideo = { facts: factsOfEvent(event) }): void {
    const path = `${event.directory}/${event.id}-video.mp4`;
    this.#disk.at(root).files.set(path, video.facts?.sizeBytes ?? event.sizeBytes);
    this.#disk.at(root).files.set(`${event.directory}/snapshot.jpg`, 10);
    this.videos.set(`${root}/${path}`, video);
  }

  /** Whether anything of an event is left on the disk. */
  has(root: string, event: EventRecord): boolean {
    return [...this.#disk.at(root).files.keys()].some((path) => path.startsWith(`${event.directory}/`));
  }

  async repair(path: string): Promise<VideoFacts | undefined> {
    this.#enter('repair');
    const video = this.videos.get(path);
    if (video) this.videos.set(path, { facts: video.facts });
    return video?.facts;
  }

  async inspect(path: string): Promise<VideoFacts> {
    this.#enter('inspect');
    const video = this.videos.get(path);
    if (!video?.facts || video.isDamaged === true) throw new RecorderError('VIDEO_DAMAGED', `${path} does not play`);
    return video.facts;
  }

  async remove(root: string, directory: string): Promise<void> {
    this.#enter('remove');
    for (const path of [...this.#disk.at(root).files.keys()]) if (path.startsWith(`${directory}/`)) this.#disk.at(root).files.delete(path);
    for (const path of [...this.videos.keys()]) if (path.startsWith(`${root}/${directory}/`)) this.videos.delete(path);
  }

  #enter(call: string): void {
    const error = typeof this.failure === 'function' ? this.failure(call) : this.failure;
    if (error) throw error;
  }
}
