// Fetches the picture of a ready event and publishes it, one at a time for each camera, beside the order of changes.
import type { RecorderApi, RecorderEvent } from '@nightjar/client';
import type { CalmLogger } from './logger.ts';
import { plainMessage } from './messages.ts';
import type { ResolvedOptions } from './options.ts';
import type { MirrorContext, MirrorLink } from './recorder-mirror.ts';

/** Publishes on `snapshot`. A picture asked for before the connection was lost is never published after it. */
export class SnapshotPublisher {
  readonly #api: RecorderApi;
  readonly #link: MirrorLink;
  readonly #options: ResolvedOptions;
  readonly #logger: CalmLogger;
  readonly #serverId: string;
  /** The event whose picture is wanted next; present while one is being fetched. */
  #wanted = new Map<string, RecorderEvent | undefined>();

  constructor(api: RecorderApi, context: MirrorContext & { readonly serverId: string }) {
    this.#api = api;
    this.#link = context.link;
    this.#options = context.options;
    this.#logger = context.logger;
    this.#serverId = context.serverId;
  }

  /** Asks for the event's picture; a newer event of the camera takes the place of one that still waits. */
  want(event: RecorderEvent): void {
    if (!this.#link.connected) return;
    const isBusy = this.#wanted.has(event.cameraId);
    this.#wanted.set(event.cameraId, event);
    if (!isBusy) void this.#work(event.cameraId, this.#wanted);
  }

  /** A new connection: pictures under way belong to the old one. */
  forget(): void {
    this.#wanted = new Map();
  }

  /** A camera is gone, and with it the picture that is under way. */
  removed(cameraId: string): void {
    this.#wanted.delete(cameraId);
  }

  async #work(cameraId: string, wanted: Map<string, RecorderEvent | undefined>): Promise<void> {
    for (let event = wanted.get(cameraId); event; event = wanted.get(cameraId)) {
      wanted.set(cameraId, undefined);
      await this.#publish(event, wanted);
    }
    wanted.delete(cameraId);
  }

  async #publish(event: RecorderEvent, wanted: Map<string, RecorderEvent | undefined>): Promise<void> {
    const { base, snapshotWidth: width, snapshotMaxBytes: maxBytes } = this.#options;
    try {
      const payload = await this.#api.eventSnapshot(event.id, { width, maxBytes });
      if (wanted !== this.#wanted || !wanted.has(event.cameraId) || !this.#link.connected) return;
      if (payload.byteLength > maxBytes) {
        this.#logger.warn('MQTT: an event’s picture is larger than allowed and was not published', { event: event.id, bytes: payload.byteLength });
        return;
      }
      const userProperties = { event_id: String(event.id), ts: event.start, server: this.#serverId };
      this.#link.publish({ ...plainMessage(base, 'cameraSnapshot', { id: event.cameraId, payload }), userProperties });
    } catch (error) {
      this.#logger.warn('MQTT: an event’s picture could not be read', { event: event.id, reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
