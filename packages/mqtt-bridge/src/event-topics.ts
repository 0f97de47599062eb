// Events on their topics: each change as a message, the last one retained, its picture beside.
import type { RecorderApi, RecorderEvent, ServerInfo } from '@nightjar/client';
import { emptyMessage, jsonMessage } from './messages.ts';
import type { ResolvedOptions } from './options.ts';
import type { Message } from './outbox.ts';
import { type EventType, eventPayload, lastTypeOf } from './payloads.ts';
import type { SnapshotPublisher } from './snapshot-publisher.ts';
import { topicFor } from './topics.ts';
import { UpdateThrottle } from './update-throttle.ts';

/** What event topics work with. */
export interface EventTopicsContext {
  readonly api: Pick<RecorderApi, 'events'>;
  readonly options: ResolvedOptions;
  readonly snapshots: SnapshotPublisher;
  server(): ServerInfo;
  publish(message: Message): void;
  /** A camera that was removed while its last event was closed must leave nothing retained behind. */
  isRemoved(cameraId: string): boolean;
}

/** How far back `event/last` is looked for: an open event may be the newest one. */
const LAST_EVENT_LOOKBACK = 5;

/** Publishes events. */
export class EventTopics {
  readonly #context: EventTopicsContext;
  readonly #last = new Map<string, number>();
  readonly #updates: UpdateThrottle;

  constructor(context: EventTopicsContext) {
    this.#context = context;
    this.#updates = new UpdateThrottle(context.options.eventUpdateIntervalMs, () => performance.now());
  }

  opened(event: RecorderEvent, seq: number): void {
    this.#updates.begin(event.id);
    this.#say(event, 'start', seq);
  }

  updated(event: RecorderEvent, seq: number): void {
    if (this.#context.options.eventUpdates && this.#updates.mayPass(event.id)) this.#say(event, 'update', seq);
  }

  closed(event: RecorderEvent, seq: number): void {
    this.#updates.forget(event.id);
    this.#say(event, 'end', seq);
  }

  ready(event: RecorderEvent, seq: number): void {
    this.#say(event, 'ready', seq);
    if (this.#context.options.snapshots && event.has.snapshot && !this.#context.isRemoved(event.cameraId)) this.#context.snapshots.want(event);
  }

  async deleted(id: number, cameraId: string): Promise<void> {
    this.#updates.forget(id);
    if (this.#last.get(cameraId) === id) this.sayLast(cameraId, await this.findLast(cameraId));
  }

  /** What stands on `event/last`, or nothing: what the broker kept from before may be deleted by now. */
  sayLast(cameraId: string, event: RecorderEvent | undefined): void {
    const { options, publish, server } = this.#context;
    const type = event && lastTypeOf(event);
    if (!event || !type) {
      this.#last.delete(cameraId);
      publish(emptyMessage(topicFor(options.base, 'cameraEventLast', cameraId)));
      return;
    }
    this.#last.set(cameraId, event.id);
    publish(jsonMessage(options.base, 'cameraEventLast', { id: cameraId, payload: eventPayload(event, type, { api: server().api, seq: 0 }) }));
  }

  async findLast(cameraId: string): Promise<RecorderEvent | undefined> {
    const { events } = await this.#context.api.events({ camera: cameraId, limit: LAST_EVENT_LOOKBACK });
    return events.find(lastTypeOf);
  }

  /** A camera is gone. */
  forget(cameraId: string): void {
    this.#last.delete(cameraId);
  }

  #say(event: RecorderEvent, type: EventType, seq: number): void {
    const { options, publish, server, isRemoved } = this.#context;
    const payload = eventPayload(event, type, { api: server().api, seq });
    publish(jsonMessage(options.base, type === 'update' ? 'cameraEventUpdate' : 'cameraEvent', { id: event.cameraId, payload }));
    if ((type !== 'end' && type !== 'ready') || isRemoved(event.cameraId)) return;
    this.#last.set(event.cameraId, event.id);
    publish(jsonMessage(options.base, 'cameraEventLast', { id: event.cameraId, payload }));
  }
}
