// Reads a recorder and says what it sees on the topics: the full state at each connection, then every change in order; and hands what
// others publish to whoever it concerns.
import { type Camera, type Change, type RecorderApi, RecorderFollower, reasonOf, type ServerInfo } from '@nightjar/client';
import { AlertTopics } from './alert-topics.ts';
import { AllowedReads } from './allowed-reads.ts';
import { CameraTopics } from './camera-topics.ts';
import { CommandDesk } from './command-desk.ts';
import { EventTopics } from './event-topics.ts';
import { HomeAssistantAnnouncer } from './home-assistant/announcer.ts';
import type { Incoming, Subscription } from './incoming.ts';
import type { CalmLogger } from './logger.ts';
import { jsonMessage, plainMessage, serverStateMessage } from './messages.ts';
import type { ResolvedOptions } from './options.ts';
import type { Message } from './outbox.ts';
import { availabilityPayload, cameraStatsPayload, onOff, serverInfoPayload, serverStatsPayload, serverUpdatePayload, triggerPayload } from './payloads.ts';
import { Previews } from './previews.ts';
import { SnapshotPublisher } from './snapshot-publisher.ts';
import { StateBoard } from './state-board.ts';
import { commandFilters, idIn, topicFor } from './topics.ts';

/** The part of the link that the mirror speaks to. */
export interface MirrorLink {
  readonly connected: boolean;
  publish(message: Message): void;
  listen(subscriptions: readonly Subscription[]): Promise<void>;
  beginState(): void;
  ready(): void;
}

const RETRY_MS = 1000;
const MAX_REMOVED = 1000;

/** What the mirror needs besides the recorder. */
export interface MirrorContext {
  readonly link: MirrorLink;
  readonly options: ResolvedOptions;
  readonly logger: CalmLogger;
}

/** Follows one recorder. */
export class RecorderMirror {
  readonly #api: RecorderApi;
  readonly #link: MirrorLink;
  readonly #options: ResolvedOptions;
  readonly #logger: CalmLogger;
  readonly #follower: RecorderFollower;
  readonly #reads: AllowedReads;
  readonly #board: StateBoard;
  readonly #cameraTopics: CameraTopics;
  readonly #eventTopics: EventTopics;
  readonly #alerts: AlertTopics;
  readonly #snapshots: SnapshotPublisher;
  readonly #previews: Previews;
  readonly #commands: CommandDesk;
  readonly #homeAssistant: HomeAssistantAnnouncer | undefined;
  readonly #cameras = new Map<string, Camera>();
  readonly #removed = new Set<string>();
  #server: ServerInfo;
  #retry: NodeJS.Timeout | undefined;
  #statsTimer: NodeJS.Timeout | undefined;

  constructor(api: RecorderApi, server: ServerInfo, context: MirrorContext) {
    const { link, options, logger } = context;
    this.#api = api;
    this.#server = server;
    this.#link = link;
    this.#options = options;
    this.#logger = logger;
    this.#reads = new AllowedReads(logger);
    const publish = (message: Message): void => link.publish(message);
    this.#board = new StateBoard(options.base, publish);
    this.#cameraTopics = new CameraTopics(this.#board, options.base);
    this.#alerts = new AlertTopics(this.#board, options.base, server.id);
    this.#snapshots = new SnapshotPublisher(api, { ...context, serverId: server.id });
    this.#previews = new Previews({ ...context, api, board: this.#board, serverId: server.id });
    this.#eventTopics = new EventTopics({
      api,
      options,
      snapshots: this.#snapshots,
      server: () => this.#server,
      publish,
      isRemoved: (id) => this.#removed.has(id),
    });
    this.#commands = new CommandDesk({
      api,
      server: () => this.#server,
      options,
      logger,
      previews: this.#previews,
      has: (id) => this.#cameras.has(id),
      repeatCamera: (camera, name) => this.#cameraTopics.repeatProperties(camera, name),
      repeatRecorder: ({ armed }) => this.#board.repeat('serverPropertyState', this.#server.id, onOff(armed), 'armed'),
      publish,
    });
    const { base, homeAssistant, previewSeconds, snapshots, restart } = options;
    if (homeAssistant !== undefined)
      this.#homeAssistant = new HomeAssistantAnnouncer({
        ...homeAssistant,
        base,
        preview: previewSeconds !== undefined,
        snapshots,
        restart: restart !== undefined,
        recordingsSize: true,
        statsIntervalMs: options.statsIntervalMs,
        publish,
        onBirth: () => this.#board.repeatAll(),
      });
    this.#follower = new RecorderFollower({
      api,
      warn: (problem, reason) => logger.warn(`MQTT: ${problem}`, { reason }),
      take: (change) => this.#take(change),
      catchUp: async () => {
        if (link.connected) await this.#publishAll();
      },
      away: () => this.#recorderAway(),
      graceMs: options.recorderGraceMs,
    });
  }

  start(): void {
    this.#statsTimer = setInterval(() => void this.#follower.do(() => this.#publishStats()), this.#options.statsIntervalMs);
    this.#follower.start();
  }

  /** Publishes the full state, in the order the contract asks for; tries again until the recorder answers. */
  connected(): void {
    this.#snapshots.forget();
    this.#homeAssistant?.reconnected();
    if (this.#follower.isAway) this.#sayAway();
    else void this.#follower.do(() => this.#publishAll());
  }

  disconnected(): void {
    this.#previews.disconnected();
  }

  /** Somebody published something that is subscribed to. */
  received(message: Incoming): void {
    if (this.#commands.take(message)) return;
    void this.#follower.do(() => this.#noticed(message));
  }

  /** Stops reading. @returns What to say before disconnecting. */
  stop(): readonly Message[] {
    this.#follower.stop();
    this.#commands.stop();
    this.#previews.stop();
    this.#homeAssistant?.stop();
    clearTimeout(this.#retry);
    clearInterval(this.#statsTimer);
    return this.#farewell();
  }

  /** That nothing is seen any more. */
  #farewell(): readonly Message[] {
    const { base } = this.#options;
    const ids = [...this.#cameras.keys()];
    return [
      ...ids.map((id) => plainMessage(base, 'cameraMotion', { id, payload: 'OFF' })),
      ...ids.map((id) => plainMessage(base, 'cameraRecording', { id, payload: 'OFF' })),
      ...ids.map((id) => plainMessage(base, 'cameraAvailability', { id, payload: 'offline' })),
      serverStateMessage(base, this.#server.id, 'offline'),
    ];
  }

  /** What a recorder that is gone said last is not how things are. */
  #recorderAway(): void {
    this.#logger.warn('MQTT: the recorder is away; it and its cameras are offline until it is back');
    clearTimeout(this.#retry);
    if (this.#link.connected) this.#sayAway();
    this.#previews.disconnected();
  }

  #sayAway(): void {
    this.#board.forget();
    this.#link.beginState();
    for (const message of this.#farewell()) this.#link.publish(message);
    this.#link.ready();
  }

  async #take(change: Change): Promise<void> {
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
        return this.#cameraTopics.motion(seen);
      }
      case 'event.opened':
        return this.#eventTopics.opened(change.data, change.seq);
      case 'event.updated':
        return this.#eventTopics.updated(change.data, change.seq);
      case 'event.closed':
        return this.#eventTopics.closed(change.data, change.seq);
      case 'event.ready':
        return this.#eventTopics.ready(change.data, change.seq);
      case 'event.deleted':
        return this.#eventTopics.deleted(change.data.id, change.data.cameraId);
      case 'trigger.received': {
        const camera = this.#cameras.get(change.data.cameraId);
        if (camera === undefined) return;
        const payload = triggerPayload(camera, change, this.#server);
        return this.#link.publish(jsonMessage(this.#options.base, 'cameraEvent', { id: camera.id, payload }));
      }
      case 'controls.changed':
        return this.#board.say('serverPropertyState', this.#server.id, onOff(change.data.armed), 'armed');
      case 'alert.raised':
        return this.#alerts.raised(change.data);
      case 'alert.cleared':
        return this.#alerts.cleared(change.data);
      case 'export.changed':
        return this.#commands.exportChanged(change.data);
      default:
        return;
    }
  }

  async #cameraChanged(camera: Camera): Promise<void> {
    const before = this.#cameras.get(camera.id);
    const isNew = before === undefined;
    this.#cameras.set(camera.id, camera);
    this.#removed.delete(camera.id);
    this.#cameraTopics.states(camera, this.#server);
    if (isNew) this.#preview(camera);
    if (before !== undefined && isHidden(camera) && !isHidden(before)) this.#previews.hidden(camera.id);
    this.#homeAssistant?.announceCamera(camera);
    this.#cameraTopics.availability(camera);
    if (!isNew) return;
    this.#serverInfo();
    void this.#link.listen(this.#subscriptions());
    await this.#sayLast(camera.id);
  }

  #cameraRemoved(id: string): void {
    if (!this.#cameras.delete(id)) return;
    if (this.#removed.size < MAX_REMOVED) this.#removed.add(id);
    this.#homeAssistant?.remove(id);
    this.#forget(id);
    this.#serverInfo();
    void this.#link.listen(this.#subscriptions());
  }

  #forget(id: string): void {
    this.#previews.removed(id);
    this.#snapshots.removed(id);
    this.#eventTopics.forget(id);
    this.#cameraTopics.empty(id);
  }

  #serverInfo(): void {
    this.#board.say('serverInfo', this.#server.id, JSON.stringify(serverInfoPayload(this.#server, [...this.#cameras.keys()])));
  }

  /**
   * What the broker kept from before, or another recorder said: nothing of ours that is over may stay, and nothing of ours may be gone. The info
   * that stands says whose a camera that we do not have is: ours until it was removed unheard, or that of the recorder that has it now.
   */
  #noticed({ topic, payload, retained }: Incoming): void | Promise<void> {
    if (this.#homeAssistant?.seen(topic, payload, retained) === true) return;
    if (retained) this.#alerts.seen(topic, payload);
    const id = idIn(this.#options.base, 'cameraInfo', topic);
    if (id === undefined) return;
    const camera = this.#cameras.get(id);
    const owner = payload.byteLength === 0 ? undefined : serverOf(payload);
    // Not kept but ours: an older broker gives us back what we said.
    if (camera === undefined) return retained && owner === this.#server.id ? this.#forget(id) : undefined;
    if (payload.byteLength === 0) return this.#sayAgain(camera);
    if (owner === undefined || owner === this.#server.id) return;
    this.#logger.warn('MQTT: another recorder has a camera with the same id; ids must differ, or their topics are mixed up', { camera: id, server: owner });
  }

  /** Somebody emptied the topics of a camera that is there, such as the recorder that had it before. */
  #sayAgain(camera: Camera): Promise<void> {
    this.#board.forgetBelow(`${topicFor(this.#options.base, 'cameraInfo', camera.id).slice(0, -'info'.length)}`);
    this.#cameraTopics.states(camera, this.#server);
    this.#preview(camera);
    this.#cameraTopics.availability(camera);
    return this.#sayLast(camera.id);
  }

  #preview(camera: Camera): void {
    this.#previews.camera(camera.id, isHidden(camera));
  }

  /** The newest event of a camera that has one, on topics that were just empty or another recorder's. */
  async #sayLast(id: string): Promise<void> {
    const last = await this.#eventTopics.findLast(id);
    if (last !== undefined && this.#cameras.has(id)) this.#eventTopics.sayLast(id, last);
  }

  #subscriptions(): readonly Subscription[] {
    const { base } = this.#options;
    const commands = commandFilters(base, this.#server.id, [...this.#cameras.keys()]).map((filter) => ({ filter, wantsRetained: false }));
    const kept = [topicFor(base, 'cameraInfo', '+'), topicFor(base, 'serverAlert', this.#server.id, '+')].map((filter) => ({ filter, wantsRetained: true }));
    const discovery = (this.#homeAssistant?.filters ?? []).map((filter) => ({ filter, wantsRetained: true }));
    return [...commands, ...kept, ...discovery];
  }

  async #publishAll(): Promise<void> {
    if (this.#follower.isAway) return;
    try {
      const [server, cameras, controls, health] = await Promise.all([
        this.#api.server(),
        this.#api.cameras(),
        this.#reads.read('whether the recorder is armed', this.#api.controls()),
        this.#api.health(),
      ]);
      const lasts = await Promise.all(cameras.map(async (camera) => [camera.id, await this.#eventTopics.findLast(camera.id)] as const));
      if (this.#follower.isStopped || !this.#link.connected) return;
      this.#server = server;
      this.#remember(cameras);
      await this.#link.listen(this.#subscriptions());
      if (this.#follower.isStopped || this.#follower.isAway || !this.#link.connected) return;
      this.#link.beginState();
      this.#board.forget();
      this.#serverInfo();
      if (controls !== undefined) this.#board.say('serverPropertyState', server.id, onOff(controls.armed), 'armed');
      this.#board.say('serverUpdate', server.id, JSON.stringify(serverUpdatePayload(server)));
      this.#alerts.publish(health.problems);
      for (const camera of cameras) this.#cameraTopics.states(camera, server);
      for (const camera of cameras) this.#preview(camera);
      this.#homeAssistant?.announce(server, cameras);
      for (const [id, event] of lasts) this.#eventTopics.sayLast(id, event);
      for (const camera of cameras) this.#cameraTopics.availability(camera);
      this.#link.publish(serverStateMessage(this.#options.base, server.id, 'online'));
      this.#link.ready();
    } catch (error) {
      this.#logger.warn('MQTT: the recorder could not be read', { reason: reasonOf(error) });
      if (this.#follower.isAway) return;
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => void this.#follower.do(() => this.#publishAll()), RETRY_MS);
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
    for (const id of gone) {
      this.#previews.removed(id);
      this.#snapshots.removed(id);
      if (this.#removed.size < MAX_REMOVED) this.#removed.add(id);
    }
  }

  async #publishStats(): Promise<void> {
    if (!this.#link.connected || this.#follower.isAway) return;
    const { base, statsIntervalMs } = this.#options;
    const [stats, cameras] = await Promise.all([this.#reads.read('statistics of the recorder', this.#api.stats()), this.#api.cameras()]);
    const at = new Date();
    if (stats !== undefined)
      this.#link.publish(jsonMessage(base, 'serverStats', { id: this.#server.id, payload: serverStatsPayload(stats), intervalMs: statsIntervalMs }));
    for (const camera of cameras) {
      if (!this.#cameras.has(camera.id)) continue;
      this.#link.publish(jsonMessage(base, 'cameraStats', { id: camera.id, payload: cameraStatsPayload(camera, at), intervalMs: statsIntervalMs }));
    }
  }
}

/** Whether nothing of the camera is to be seen: it is switched off or private. */
const isHidden = (camera: Camera): boolean => availabilityPayload(camera) === 'disabled';

/** Whose camera it is, as its info says; nothing where it is none. */
function serverOf(info: Uint8Array): string | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(info));
    return typeof value === 'object' && value !== null && 'server' in value && typeof value.server === 'string' ? value.server : undefined;
  } catch {
    return undefined;
  }
}
