// The `NNNNN-capture.jpg` pictures of one event, for cameras that want them. Fed with what is in the event's video; whatever
// goes wrong here costs pictures, never video.
import type { CameraSettings } from '../model/camera.ts';
import type { EventRecord } from '../model/event.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { SourceKind } from '../model/source.ts';
import type { EventFiles } from '../ports/event-files.ts';
import type { Logger } from '../ports/logger.ts';
import type { PictureStream, PictureStreamFactory, StreamPicture } from '../ports/picture-stream.ts';

const NUMBER_DIGITS = 5;
/** Pictures that wait for the disk before further ones are dropped. */
const MOST_WAITING = 16;
/** Sources whose frames were thinned out already when they were encoded. */
const ENCODED: ReadonlySet<SourceKind> = new Set<SourceKind>(['mjpeg', 'v4l2', 'synthetic']);

/** The name of the picture of an event's frame; frames count from 1. */
export const captureName = (frame: number): string => `${String(frame).padStart(NUMBER_DIGITS, '0')}-capture.jpg`;

/** What an event's pictures are made with. */
export interface EventPicturesOptions {
  readonly camera: CameraSettings;
  readonly streams: PictureStreamFactory;
  readonly files: EventFiles;
  readonly log: Logger;
  readonly info: StreamInfo;
  readonly event: EventRecord;
  readonly root: string;
}

/** Pictures of one event. */
export class EventPictures {
  readonly #options: EventPicturesOptions;
  readonly #stream: PictureStream;
  #frame = 0;
  #waitsForKey = false;
  #waiting = 0;
  #dropped = 0;
  #failed = false;
  #writes: Promise<void> = Promise.resolve();

  constructor(options: EventPicturesOptions) {
    this.#options = options;
    const { camera, streams, info, event } = options;
    this.#stream = streams.open({
      video: info.video,
      everyNth: ENCODED.has(camera.source.kind) ? 1 : camera.frameSkip + 1,
      exif: camera.exif,
      onPicture: (picture) => this.#keep(picture),
      onFailure: (error) => {
        this.#failed = true;
        options.log.warn(`event ${event.id} gets no more pictures: ${error.message}`, { event: event.id });
      },
    });
  }

  /** Takes packets that are in the event's file, in order. */
  take(packets: readonly Packet[]): void {
    for (const packet of packets) {
      if (packet.track !== 'video') continue;
      this.#frame += 1;
      if (this.#failed || (this.#waitsForKey && !packet.isKey)) continue;
      this.#waitsForKey = !this.#stream.feed(packet, this.#frame);
      if (this.#waitsForKey) this.#dropped += 1;
    }
  }

  /** No more frames: resolves once the pictures under way are written. Never rejects. */
  async end(): Promise<void> {
    await this.#stream.end();
    await this.#writes;
    const { log, event } = this.#options;
    if (this.#dropped > 0) log.warn(`event ${event.id} lacks pictures: making or writing them was too slow`, { event: event.id, times: this.#dropped });
  }

  #keep({ jpeg, frame }: StreamPicture): void {
    if (this.#failed) return;
    if (this.#waiting >= MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    const { files, root, event, log } = this.#options;
    this.#waiting += 1;
    this.#writes = this.#writes.then(async () => {
      try {
        await files.writeAttachment(root, event.directory, captureName(frame), jpeg);
      } catch (error) {
        if (!this.#failed) log.warn(`event ${event.id} gets no more pictures: ${error instanceof Error ? error.message : String(error)}`, { event: event.id });
        this.#failed = true;
      } finally {
        this.#waiting -= 1;
      }
    });
  }
}
