// Who owns a section while it is recorded: the tracker for its event, and the numbered pictures where they are wanted.
import type { EventTracker } from '../events/event-tracker.ts';
import type { CameraSettings } from '../model/camera.ts';
import type { AreaId } from '../model/ids.ts';
import type { StreamInfo } from '../model/packet.ts';
import type { Logger } from '../ports/logger.ts';
import type { Placement, SectionOwner } from '../recording/section-writer.ts';
import type { Environment } from './environment.ts';
import { EventPictures } from './event-pictures.ts';

/** What owners need. */
export interface SectionOwnersOptions {
  readonly camera: CameraSettings;
  readonly env: Environment;
  readonly log: Logger;
  readonly tracker: EventTracker;
  /** Frames of a section are in its file. */
  onWritten(): void;
  /** The first frames of a new file are in it: that area takes files. */
  onBegun(areaId: AreaId): void;
}

/** The owners of one camera's sections. */
export class SectionOwners {
  readonly #options: SectionOwnersOptions;
  #camera: CameraSettings;
  /** By section, while it is recorded. */
  readonly #pictures = new Map<number, EventPictures>();
  readonly #ending = new Set<Promise<void> | undefined>();

  constructor(options: SectionOwnersOptions) {
    this.#options = options;
    this.#camera = options.camera;
  }

  /** Whether and how single frames are kept, from the next section on. */
  takeSettings(camera: CameraSettings): void {
    this.#camera = camera;
  }

  of(section: number): SectionOwner {
    const { tracker, onWritten, onBegun } = this.#options;
    let areaId: AreaId | undefined;
    return {
      place: async (startMs, info) => {
        const placement = await tracker.placeSection(section, startMs, info);
        if (placement !== undefined) this.#openPictures(section, placement, info);
        areaId = placement?.event.areaId;
        return placement;
      },
      onWritten: (packets) => this.#pictures.get(section)?.take(packets),
      describe: (progress) => tracker.describeSection(section, progress),
      onProgress: (progress) => {
        tracker.sectionProgressed(section, progress);
        if (progress.frames === 0) return;
        onWritten();
        if (areaId !== undefined) onBegun(areaId);
        areaId = undefined;
      },
      onDropped: (frames, fromMs, toMs) => tracker.sectionDropped(frames, fromMs, toMs),
    };
  }

  /** The section's file is closed: no more pictures of it. */
  ended(section: number): void {
    const pictures = this.#pictures.get(section);
    this.#pictures.delete(section);
    const ending = pictures?.end().finally(() => this.#ending.delete(ending));
    if (ending !== undefined) this.#ending.add(ending);
  }

  /** Resolves when every picture that was begun is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#ending);
  }

  #openPictures(section: number, { root, event }: Placement, info: StreamInfo): void {
    const { env, log } = this.#options;
    const camera = this.#camera;
    if (!camera.recordPictures || env.pictureStreams === undefined) return;
    this.#pictures.set(section, new EventPictures({ camera, streams: env.pictureStreams, files: env.files, log, info, event, root }));
  }
}
