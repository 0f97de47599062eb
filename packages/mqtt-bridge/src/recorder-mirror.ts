// Reads a recorder and says what it sees on the topics: the full state at each connection, then every change in order.
import type { Camera, Change, RecorderApi, RecorderEvent, ServerInfo } from '@nightjar/client';
import type { CalmLogger } from './logger.ts';
import { emptyMessage, jsonMessage, plainMessage, serverStateMessage } from './messages.ts';
import type { ResolvedOptions } from './options.ts';
import type { Message } from './outbox.ts';
import {
  availabilityPayload,
  cameraInfoPayload,
  cameraStatsPayload,
  type EventType,
  eventPayload,
  lastTypeOf,
  motionPayload,
  recordingPayload,
  serverInfoPayload,
  serverStatsPayload,
} from './payloads.ts';
import { SnapshotPublisher } from './snapshot-publisher.ts';
import { retainedCameraTopics, type TopicName, topicFor } from './topics.ts';
import { UpdateThrottle } from './update-throttle.ts';

/** The part of the link that the mirror speaks to. */
export interface MirrorLink {
  readonly connected: boolean;
  publish(message: Message): void;
  beginState(): void;
  ready(): void;
}

const RETRY_MS = 1000;
/** How far back `event/last` is looked for: an open event may be the newest one. */
const LAST_EVENT_LOOKBACK = 5;
const MAX_REMOVED = 1000;

/** Follows one recorder. */
export class RecorderMirror {
  readonly #api: RecorderApi;
  readonly #link: MirrorLink;
  readonly #options: ResolvedOptions;
  readonly #logger: CalmLogger;
  readonly #abort = new AbortController();
  readonly #cameras = new Map<string, Camera>();
  readonly #removed = new Set<string>();
  readonly #lastEvent = new Map<string, number>();
  readonly #said = new Map<string, string>();
  readonly #updates: UpdateThrottle;
  readonly #snapshots: SnapshotPublisher;
  #server: ServerInfo;
  #seq = 0;
  /** What was read of states does not go together with the changes that are read. */
  #hasMissed = true;
  #work: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #statsTimer: NodeJS.Timeout | undefined;

  constructor(api: RecorderApi, server: ServerInfo, context: { readonly link: MirrorLink; readonly options: ResolvedOptions; readonly logger: CalmLogger }) {
    this.#api = api;
    this.#server = server;
    this.#link = context.link;
    this.#options = context.options;
    this.#logger = context.logger;
    this.#updates = new UpdateThrottle(context.options.eventUpdateIntervalMs, () => performance.now());
    this.#snapshots = new SnapshotPublisher(api, context);
  }

  start(): void {
    this.#statsTimer = setInterval(() => void this.#do(() => this.#publishStats()), this.#options.statsIntervalMs);
    void this.#follow();
  }

  /** Publishes the full state, in the order the contract asks for; tries again until the recorder answers. */
  connected(): void {
    this.#snapshots.forget();
    void this.#do(() => this.#publishAll());
  }

  /** Stops reading. @returns What to say before disconnecting. */
  stop(): readonly Message[] {
    this.#abort.abort();
    clearTimeout(this.#retry);
    clearInterval(this.#statsTimer);
    const { base } = this.#options;
    const ids = [...this.#cameras.keys()];
    return [
      ...ids.map((id) => plainMessage(base, 'cameraMotion', { id, payload: 'OFF' })),
      ...ids.map((id) => plainMessage(base, 'cameraRecording', { id, payload: 'OFF' })),
      ...ids.map((id) => plainMessage(base, 'cameraAvailability', { id, payload: 'offline' })),
      serverStateMessage(base, this.#server.id, 'offline'),
    ];
  }

  get #isStopped(): boolean {
    return this.#abort.signal.aborted;
  }

  /** One thing after the other, so that a state read earlier never overwrites a later change. */
  #do(job: () => void | Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.#isStopped) return;
      try {
        await job();
      } catch (error) {
        this.#logger.warn('MQTT: the recorder could not be read', { reason: reasonOf(error) });
      }
    });
    return this.#work;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        const onAlive = (seq: number): void => this.#begun(seq);
        const changes = this.#api.changes(this.#seq === 0 ? { signal, onAlive } : { since: this.#seq, signal, onAlive });
        for await (const change of changes) {
          await this.#do(() => this.#take(change));
        }
      } catch (error) {
        if (!signal.aborted) this.#brokeOff(error);
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
  }

  /** The feed is read from this number on: states that are read from now on hold until a change says otherwise. */
  #begun(seq: number): void {
    this.#seq ||= seq;
    if (!this.#hasMissed) return;
    this.#hasMissed = false;
    void this.#do(() => this.#catchUp());
  }

  /** What was missed while the recorder was away, or by reading too slowly, it may not remember: the feed is read from now on then. */
  #brokeOff(error: unknown): void {
    if (codeOf(error) === 'CHANGES_FORGOTTEN') {
      this.#seq = 0;
      this.#hasMissed = true;
    } else this.#logger.warn('MQTT: the change feed broke off', { reason: reasonOf(error) });
  }

  /** Changes were missed: what they said about states is read again. */
  async #catchUp(): Promise<void> {
    if (this.#link.connected) await this.#publishAll();
  }

  async #take(change: Change): Promise<void> {
    this.#seq = change.seq;
    await this.#apply(change);
  }

  async #apply(change: Change): Promise<void> {
    switch (change.type) {
      case 'camera.changed':
        return this.#cameraChanged(change.data);
      case 'camera.removed':
        return this.#cameraRemoved(change.data.id);
      case 'motion.changed': {
        const camera = this.#cameras.get(change.data.cameraId);
        if (!camera) return;
        const seen = { ...camera, state: { ...camera.state, motion: change.data.motion } };
        this.#cameras.set(camera.id, seen);
        return this.#state('cameraMotion', camera.id, motionPayload(seen));
      }
      case 'event.opened':
        this.#updates.begin(change.data.id);
        return this.#event(change.data, 'start', change.seq);
      case 'event.updated':
        if (this.#options.eventUpdates && this.#updates.mayPass(change.data.id)) this.#event(change.data, 'update', change.seq);
        return;
      case 'event.closed':
        this.#updates.forget(change.data.id);
        return this.#event(change.data, 'end', change.seq);
      case 'event.ready':
        this.#event(change.data, 'ready', change.seq);
        if (this.#options.snapshots && change.data.has.snapshot && !this.#removed.has(change.data.cameraId)) this.#snapshots.want(change.data);
        return;
      case 'event.deleted':
        this.#updates.forget(change.data.id);
        if (this.#lastEvent.get(change.data.cameraId) === change.data.id) this.#last(change.data.cameraId, await this.#findLast(change.data.cameraId));
        return;
      default:
        return;
    }
  }

  #event(event: RecorderEvent, type: EventType, seq: number): void {
    const { base } = this.#options;
    const payload = eventPayload(event, type, { api: this.#server.api, seq });
    this.#link.publish(jsonMessage(base, type === 'update' ? 'cameraEventUpdate' : 'cameraEvent', { id: event.cameraId, payload }));
    // A camera that was removed while its last event was closed must leave nothing retained behind.
    if ((type !== 'end' && type !== 'ready') || this.#removed.has(event.cameraId)) return;
    this.#lastEvent.set(event.cameraId, event.id);
    this.#link.publish(jsonMessage(base, 'cameraEventLast', { id: event.cameraId, payload }));
  }

  #last(cameraId: string, event: RecorderEvent | undefined): void {
    const { base } = this.#options;
    const type = event && lastTypeOf(event);
    if (!event || !type) {
      if (this.#lastEvent.delete(cameraId)) this.#link.publish(emptyMessage(topicFor(base, 'cameraEventLast', cameraId)));
      return;
    }
    this.#lastEvent.set(cameraId, event.id);
    this.#link.publish(jsonMessage(base, 'cameraEventLast', { id: cameraId, payload: eventPayload(event, type, { api: this.#server.api, seq: 0 }) }));
  }

  async #findLast(cameraId: string): Promise<RecorderEvent | undefined> {
    const { events } = await this.#api.events({ camera: cameraId, limit: LAST_EVENT_LOOKBACK });
    return events.find(lastTypeOf);
  }

  #cameraChanged(camera: Camera): void {
    const isNew = !this.#cameras.has(camera.id);
    this.#cameras.set(camera.id, camera);
    this.#removed.delete(camera.id);
    this.#cameraStates(camera);
    this.#state('cameraAvailability', camera.id, availabilityPayload(camera));
    if (isNew) this.#serverInfo();
  }

  #cameraRemoved(id: string): void {
    if (!this.#cameras.delete(id)) return;
    if (this.#removed.size < MAX_REMOVED) this.#removed.add(id);
    this.#lastEvent.delete(id);
    this.#emptyCamera(id);
    this.#serverInfo();
  }

  #emptyCamera(id: string): void {
    for (const topic of retainedCameraTopics(this.#options.base, id)) {
      this.#said.delete(topic);
      this.#link.publish(emptyMessage(topic));
    }
  }

  #cameraStates(camera: Camera): void {
    this.#state('cameraInfo', camera.id, JSON.stringify(cameraInfoPayload(camera, this.#server)));
    this.#state('cameraMotion', camera.id, motionPayload(camera));
    this.#state('cameraRecording', camera.id, recordingPayload(camera));
  }

  #serverInfo(): void {
    this.#state('serverInfo', this.#server.id, JSON.stringify(serverInfoPayload(this.#server, [...this.#cameras.keys()])));
  }

  /** Publishes a state unless it was the last thing said there. */
  #state(name: TopicName, id: string, payload: string): void {
    const message = plainMessage(this.#options.base, name, { id, payload });
    if (this.#said.get(message.topic) === payload) return;
    this.#said.set(message.topic, payload);
    this.#link.publish(message);
  }

  async #publishAll(): Promise<void> {
    try {
      const [server, cameras] = await Promise.all([this.#api.server(), this.#api.cameras()]);
      const lasts = await Promise.all(cameras.map(async (camera) => [camera.id, await this.#findLast(camera.id)] as const));
      if (this.#isStopped || !this.#link.connected) return;
      this.#server = server;
      this.#remember(cameras);
      this.#link.beginState();
      this.#said.clear();
      this.#serverInfo();
      for (const camera of cameras) this.#cameraStates(camera);
      for (const [id, event] of lasts) this.#last(id, event);
      for (const id of this.#removed) this.#emptyCamera(id);
      for (const camera of cameras) this.#state('cameraAvailability', camera.id, availabilityPayload(camera));
      this.#link.publish(serverStateMessage(this.#options.base, server.id, 'online'));
      this.#link.ready();
    } catch (error) {
      this.#logger.warn('MQTT: the recorder could not be read', { reason: reasonOf(error) });
      this.#retry = setTimeout(() => void this.#do(() => this.#publishAll()), RETRY_MS);
      return;
    }
    await this.#publishStats();
  }

  #remember(cameras: readonly Camera[]): void {
    const gone = new Set(this.#cameras.keys());
    this.#cameras.clear();
    for (const camera of cameras) {
      this.#cameras.set(camera.id, camera);
      this.#removed.delete(camera.id);
      gone.delete(camera.id);
    }
    for (const id of gone) if (this.#removed.size < MAX_REMOVED) this.#removed.add(id);
  }

  async #publishStats(): Promise<void> {
    if (!this.#link.connected) return;
    const { base, statsIntervalMs } = this.#options;
    const [stats, cameras] = await Promise.all([this.#api.stats(), this.#api.cameras()]);
    const at = new Date();
    this.#link.publish(jsonMessage(base, 'serverStats', { id: this.#server.id, payload: serverStatsPayload(stats), intervalMs: statsIntervalMs }));
    for (const camera of cameras) {
      if (!this.#cameras.has(camera.id)) continue;
      this.#link.publish(jsonMessage(base, 'cameraStats', { id: camera.id, payload: cameraStatsPayload(camera, at), intervalMs: statsIntervalMs }));
    }
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
