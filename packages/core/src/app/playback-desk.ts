// Playback of a recorder's events: the wiring between rows, areas and their videos.
import type { MediaFile, ReadOptions, Timeline, TimeSpan } from '@nightjar/client';
import type { CameraId, EventId } from '../model/ids.ts';
import { Playback } from '../streams/playback.ts';
import type { AreaWatch } from './area-watch.ts';
import type { Environment } from './environment.ts';
import type { EventDesk } from './event-desk.ts';
import { type CameraLookup, requireKnownCamera } from './require-known-camera.ts';

/** What the desk works with. */
export interface PlaybackDeskOptions {
  readonly env: Environment;
  readonly areas: AreaWatch;
  readonly desk: EventDesk;
  /** Whether there is such a camera now. */
  hasCamera(id: CameraId): boolean;
}

/** Plays back what a recorder has. */
export class PlaybackDesk {
  readonly #known: CameraLookup;
  readonly #playback: Playback;

  constructor({ areas, env, desk, hasCamera }: PlaybackDeskOptions) {
    this.#known = { events: env.events, hasCamera };
    this.#playback = new Playback({ ...env, find: (id) => desk.find(id), rootOf: (areaId) => areas.readableRootOf(areaId) });
  }

  /** Lets go of the files it holds. */
  close(): void {
    this.#playback.close();
  }

  eventVideo(id: EventId, options?: ReadOptions): Promise<MediaFile> {
    return this.#playback.eventVideo(id, options);
  }

  /** @throws RecorderError `CAMERA_NOT_FOUND`; of a camera that was removed what it recorded can still be played. */
  async playback(cameraId: CameraId, span: TimeSpan, options?: ReadOptions): Promise<MediaFile> {
    await requireKnownCamera(this.#known, cameraId);
    return this.#playback.playback(cameraId, span, options);
  }

  /** @throws RecorderError `CAMERA_NOT_FOUND`. */
  async timeline(cameraId: CameraId, span: TimeSpan): Promise<Timeline> {
    await requireKnownCamera(this.#known, cameraId);
    return this.#playback.timeline(cameraId, span);
  }
}
