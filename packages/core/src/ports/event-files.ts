// The event directory and its video file, while it is written and after.
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import type { EventRecord } from '../model/event.ts';

/** What a video file says about itself once it is whole. */
export interface VideoFacts {
  readonly frames: number;
  readonly durationMs: number;
  readonly sizeBytes: number;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** The record inside the file, as it was when it was last written; rebuilds a lost row. */
  readonly identity?: EventRecord;
}

/** A sample on its way into a file; times in microseconds from the start of the file's media. */
export interface RecordedSample {
  readonly track: 'video' | 'audio';
  readonly data: Uint8Array;
  readonly ptsUs: number;
  readonly dtsUs: number;
  readonly durationUs: number;
  readonly isKey: boolean;
}

/** One event's video while it is recorded. Calls are made one at a time. */
export interface EventFile {
  readonly path: string;
  /** Appends one fragment (≤ 1 s); it is in the file when this resolves. @throws RecorderError `DISK_FULL`, `DISK_FAILED`. */
  append(samples: readonly RecordedSample[]): Promise<void>;
  /** Makes what was appended survive a power cut (`fdatasync`). */
  sync(): Promise<void>;
  /**
   * Makes the file fast-start and seekable without re-encoding, with `identity` inside, and closes it.
   * When there is no room for that it leaves the fragmented file, which plays too.
   */
  finish(identity: EventRecord): Promise<VideoFacts>;
  /** Closes it as it is, for instance because the disk failed. */
  abandon(): Promise<void>;
}

/** Creates, repairs and removes event directories. `root` is an area's absolute path. */
export interface EventFiles {
  /** Makes the directory and starts `<id>-video.mp4` with its init segment and identity. */
  create(root: string, event: EventRecord, tracks: { readonly video: VideoTrack; readonly audio?: AudioTrack }): Promise<EventFile>;
  /** Cuts a file back to its last whole fragment, makes it fast-start, and says what it holds; `undefined` where nothing plays. */
  repair(path: string): Promise<VideoFacts | undefined>;
  /** Reads what a file holds, without changing it. @throws RecorderError `VIDEO_DAMAGED`. */
  inspect(path: string): Promise<VideoFacts>;
  /** Writes a picture or other small file atomically into an event's directory. */
  writeAttachment(root: string, directory: string, name: string, bytes: Uint8Array): Promise<void>;
  /** The bytes of a picture or other small file of an event; `undefined` where there is none. */
  readAttachment(root: string, directory: string, name: string): Promise<Uint8Array | undefined>;
  /** Removes an event's directory (and empty parents below `root`); nothing outside `root`, ever. Repeating it is fine. */
  remove(root: string, directory: string, eventId: number): Promise<void>;
}
