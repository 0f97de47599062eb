// Videos of events, read back: what they hold, and their bytes. Also of an event that is being recorded.
import type { TrackSamples } from '@nightjar/media';
import type { EventId } from '../model/ids.ts';

/** Where an event's video is. */
export interface VideoPlace {
  /** Absolute path of the area's root. */
  readonly root: string;
  /** The event's directory below it. */
  readonly directory: string;
  readonly eventId: EventId;
}

/** A video that is open. It stays readable while another file takes its name, or it is deleted. */
export interface RecordedVideo {
  /** The same version is the same bytes; a file that grows gets another one each time. */
  readonly version: string;
  readonly sizeBytes: number;
  /** Whether its tables come first, so that it plays at once and seeks as it is. Never of a video that is being recorded. */
  isFastStart(): Promise<boolean>;
  /** Its tracks up to the last whole fragment; none where nothing plays. Read once. */
  tracks(): Promise<readonly TrackSamples[]>;
  /** Fills `into` from `offset`. @returns How many bytes there were. @throws RecorderError `DISK_FAILED`. */
  read(offset: number, into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** Opens videos, and nothing but videos below an area's root. */
export interface RecordedVideos {
  /** @returns `undefined` where there is none. @throws RecorderError `DISK_FAILED`, also where a link leads out of the area. */
  open(place: VideoPlace): Promise<RecordedVideo | undefined>;
}
