// A recorder in memory that does what the test says.
import type {
  CallOptions,
  Camera,
  CameraControls,
  CameraInput,
  CameraState,
  Change,
  ChangeBody,
  ChangeReading,
  ConfigEntry,
  EventFilter,
  EventPage,
  Export,
  ExportFilter,
  ExportList,
  ExportRequest,
  Health,
  LiveOptions,
  LivePacket,
  LiveStream,
  MediaFile,
  MediaToken,
  MediaTokenRequest,
  Picture,
  ProbeReport,
  RecorderApi,
  RecorderControls,
  RecorderEvent,
  ReloadReport,
  ServerEntry,
  ServerInfo,
  ServerStats,
  StorageArea,
  Timeline,
  TimeSpan,
  TriggerRequest,
} from '@nightjar/client';
import { liveWish, RecorderError } from '@nightjar/core';
import { FAKE_START_MS, fakeCamera } from './fake-camera.ts';
import { FakeChangeFeed } from './fake-change-feed.ts';
import { FakeExports } from './fake-exports.ts';
import { fakeFile, fakeTimeline, isWithin } from './fake-files.ts';
import { FakeLive } from './fake-live.ts';
import { FakeTriggers } from './fake-triggers.ts';

const FAKE_API = 'http://127.0.0.1:8420';

/** The smallest thing that begins and ends like a JPEG. */
const TINY_JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0x00, 0x02, 0xff, 0xd9);

/** A `RecorderApi` whose cameras and events are made by calls. */
export class FakeRecorder implements RecorderApi {
  readonly #server: ServerInfo;
  readonly #cameras = new Map<string, Camera>();
  readonly #events = new Map<number, RecorderEvent>();
  readonly #feed: FakeChangeFeed;
  readonly #live = new Map<string, FakeLive>();
  readonly #triggers = new FakeTriggers();
  #retentionDays: ConfigEntry = { name: 'retention.days', value: 14, default: 14, provisioned: false, editable: true, description: 'Days events are kept.' };
  #controls: RecorderControls = { armed: true };
  #nextEventId: number;
  #clockMs = FAKE_START_MS;
  /** Its exports; they are done at once, unless they are held. */
  readonly jobs = new FakeExports({
    event: (id) => this.#event(id),
    eventsOf: (cameraId) => this.#eventsOf(cameraId),
    publish: (change) => this.publish(change),
    now: () => this.#now(),
  });
  /** Where it says that its HTTP API is. */
  address = FAKE_API;
  /** Every picture there is. */
  eventJpeg: Uint8Array = TINY_JPEG;

  constructor(options: { readonly serverId?: string; readonly cameras?: readonly string[]; readonly firstEventId?: number; readonly feedSize?: number } = {}) {
    this.#server = {
      id: options.serverId ?? 'rec1',
      name: 'Recorder 1',
      version: '1.2.3',
      api: FAKE_API,
      startedAt: new Date(FAKE_START_MS).toISOString(),
    };
    this.#feed = new FakeChangeFeed(options.feedSize ?? 1000);
    this.#nextEventId = options.firstEventId ?? 1;
    for (const id of options.cameras ?? []) this.#cameras.set(id, fakeCamera(id));
  }

  async server(): Promise<ServerInfo> {
    return { ...this.#server, api: this.address };
  }

  async stats(): Promise<ServerStats> {
    return {
      cpuPercent: 21.5,
      rssBytes: 412_000_000,
      load1: 0.7,
      startedAt: this.#server.startedAt,
      uptimeSeconds: 86_400,
      cameras: this.#count(),
      disk: { totalBytes: 1e12, freeBytes: 2.88e11, usedPercent: 71.2, oldest: '2025-12-18T00:00:00.000Z', writeBytesPerSecond: 4_100_000 },
      at: this.#now(),
    };
  }

  async health(): Promise<Health> {
    return { status: 'ok', version: this.#server.version, uptimeSeconds: 86_400, cameras: this.#count(), problems: [] };
  }

  async cameras(): Promise<readonly Camera[]> {
    return [...this.#cameras.values()].map((camera) => this.#withAmount(camera));
  }

  async camera(id: string): Promise<Camera> {
    return this.#withAmount(this.#camera(id));
  }

  async events(filter: EventFilter = {}): Promise<EventPage> {
    const { limit = 100, cursor } = filter;
    const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor);
    const found = [...this.#events.values()].filter((event) => event.id < before && matches(event, filter)).sort((a, b) => b.id - a.id);
    const events = found.slice(0, Math.max(1, Math.min(limit, 1000)));
    return { events, ...(found.length > events.length ? { nextCursor: String(events.at(-1)?.id) } : {}) };
  }

  async event(id: number): Promise<RecorderEvent> {
    return this.#event(id);
  }

  async eventSnapshot(id: number, { signal }: CallOptions = {}): Promise<Uint8Array> {
    signal?.throwIfAborted();
    this.#event(id);
    return this.eventJpeg;
  }

  async eventAlarmPicture(id: number, options?: CallOptions): Promise<Uint8Array> {
    return this.eventSnapshot(id, options);
  }

  async eventVideo(id: number, { signal }: CallOptions = {}): Promise<MediaFile> {
    signal?.throwIfAborted();
    return fakeFile([this.#event(id)]);
  }

  async playback(cameraId: string, span: TimeSpan, { signal }: CallOptions = {}): Promise<MediaFile> {
    signal?.throwIfAborted();
    const events = this.#eventsOf(cameraId).filter((event) => isWithin(event, span));
    if (events.length === 0) throw new RecorderError('NOTHING_RECORDED', `nothing was recorded by ${cameraId} in that span`);
    return fakeFile(events);
  }

  async timeline(cameraId: string, span: TimeSpan, { signal }: CallOptions = {}): Promise<Timeline> {
    signal?.throwIfAborted();
    return fakeTimeline(cameraId, span, this.#eventsOf(cameraId));
  }

  async snapshot(cameraId: string): Promise<Picture> {
    const { state } = this.#camera(cameraId);
    return { jpeg: this.eventJpeg, at: this.#now(), stale: state.status !== 'online', etag: `"${cameraId}-${state.status}"` };
  }

  async *pictures(cameraId: string, { signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<Picture, void, void> {
    yield* this.video(cameraId).pictures(await this.snapshot(cameraId), signal);
  }

  async *live(cameraId: string, { signal, ...options }: LiveOptions = {}): AsyncGenerator<LivePacket, void, void> {
    const { streams = [] } = this.#camera(cameraId);
    const wish = liveWish(options);
    const hasOwn = streams.some(({ stream }) => stream === wish.stream);
    yield* this.video(cameraId, hasOwn ? wish.stream : 'main').packets(wish, signal);
  }

  /** What a camera sends: the test decides. Sound of the sub stream is sent by that itself. */
  video(cameraId: string, stream: LiveStream = 'main'): FakeLive {
    const key = `${cameraId}/${stream}`;
    const live = this.#live.get(key) ?? new FakeLive();
    this.#live.set(key, live);
    return live;
  }

  async createCamera({ id, source, ...settings }: CameraInput): Promise<Camera> {
    if (this.#cameras.has(id)) throw new RecorderError('CAMERA_EXISTS', `there is a camera ${id} already`);
    if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9_-]{0,47}$/.test(id) || typeof source !== 'string')
      throw new RecorderError('CAMERA_INVALID', 'a camera has an id and a source');
    return this.setCamera(id, {}, shownOf(settings));
  }

  async updateCamera(id: string, changes: Readonly<Record<string, unknown>>): Promise<Camera> {
    return this.setCamera(this.#camera(id).id, {}, shownOf(changes));
  }

  async deleteCamera(id: string): Promise<void> {
    this.removeCamera(this.#camera(id).id);
  }

  async probe(): Promise<ProbeReport> {
    const { codec, width, height, fps, gopSeconds, bitrateKbps } = fakeCamera('probed').state;
    return { codec, width, height, fps, gopSeconds, bitrateKbps, audio: null, hasBFrames: false, seconds: 5, warnings: [] };
  }

  /** `on` and `pulse` open an event; `off` closes it and forbids motion until a `cancel`, which closes it once nobody holds the camera. */
  async trigger(cameraId: string, { action, text, cause }: TriggerRequest, source = 'api'): Promise<{ readonly eventId?: number }> {
    this.#camera(cameraId);
    this.publish({ type: 'trigger.received', data: { cameraId, action, source, ...(cause === undefined ? {} : { cause }) } });
    const before = this.#camera(cameraId).state.forced;
    const forced = this.#triggers.take(cameraId, action, source);
    const open = this.#eventsOf(cameraId).find(({ state }) => state === 'open');
    if (open !== undefined && (action === 'off' || (action === 'cancel' && forced === undefined))) this.closeEvent(open.id);
    if (forced === 'off' && this.#camera(cameraId).state.motion) this.setMotion(cameraId, false);
    if (forced !== before) this.#force(cameraId, forced);
    if (action !== 'on' && action !== 'pulse') return {};
    const event = open ?? this.openEvent(cameraId);
    this.#events.set(event.id, { ...event, cause: 'trigger', causes: [{ kind: 'trigger', source, ...(text === undefined ? {} : { text }) }] });
    return { eventId: event.id };
  }

  async setCameraControls(cameraId: string, changes: Partial<CameraControls>): Promise<Camera> {
    const { controls } = this.#camera(cameraId);
    const next = { ...controls, ...changes };
    const recordMode = changes.recordMode ?? (changes.record === undefined ? next.recordMode : changes.record ? 'motion' : 'off');
    const switched = { ...next, recordMode, record: recordMode !== 'off' };
    return this.setCamera(cameraId, {}, { controls: switched, armed: switched.armed && this.#controls.armed });
  }

  async controls(): Promise<RecorderControls> {
    return this.#controls;
  }

  async setControls(changes: Partial<RecorderControls>): Promise<RecorderControls> {
    this.#controls = { ...this.#controls, ...changes };
    this.publish({ type: 'controls.changed', data: this.#controls });
    for (const { id, controls } of this.#cameras.values()) this.setCamera(id, {}, { armed: controls.armed && this.#controls.armed });
    return this.#controls;
  }

  async reconnect(cameraId: string): Promise<void> {
    const { name, controls } = this.#camera(cameraId);
    if (!controls.enabled || controls.privacy) throw new RecorderError('CAMERA_CANNOT', `the recorder does not connect to ${name}: switched off`);
    this.setCamera(cameraId, { since: this.#now() });
  }

  async ptz(cameraId: string): Promise<void> {
    throw new RecorderError('CAMERA_CANNOT', `camera ${this.#camera(cameraId).id} cannot be moved`);
  }

  async mediaToken({ cameraId, operations, expiresInSeconds = 300 }: MediaTokenRequest): Promise<MediaToken> {
    if (operations.length === 0 || expiresInSeconds < 1 || expiresInSeconds > 300)
      throw new RecorderError('INPUT_INVALID', 'a media token is for at least one operation and for 1 to 300 s');
    const expiresAt = new Date(Date.parse(this.#now()) + expiresInSeconds * 1000).toISOString();
    return { token: `media-${this.#camera(cameraId).id}-${operations.join('-')}`, expiresAt };
  }

  async createExport(request: ExportRequest, createdBy = 'api'): Promise<Export> {
    return this.jobs.create(request, createdBy);
  }

  async exports(filter: ExportFilter = {}): Promise<ExportList> {
    return this.jobs.list(filter);
  }

  async export(id: number): Promise<Export> {
    return this.jobs.get(id);
  }

  async deleteExport(id: number): Promise<void> {
    this.jobs.delete(id);
  }

  async exportVideo(id: number): Promise<MediaFile> {
    return this.jobs.video(id);
  }

  async exportManifest(id: number): Promise<MediaFile> {
    return this.jobs.manifest(id);
  }

  async metrics(): Promise<string> {
    return `# HELP nightjar_cameras Cameras there are.\n# TYPE nightjar_cameras gauge\nnightjar_cameras ${this.#cameras.size}\n`;
  }

  async reload({ signal }: CallOptions = {}): Promise<ReloadReport> {
    signal?.throwIfAborted();
    return { started: [], stopped: [], restarted: [], updated: [], settings: [], needsRestart: [] };
  }

  async servers(): Promise<readonly ServerEntry[]> {
    return [{ ...this.#server, api: this.address, status: 'ok' }];
  }

  async storage(): Promise<readonly StorageArea[]> {
    const eventBytes = [...this.#events.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return [{ id: 'default', path: '/events', scheme: 'medium', usable: true, totalBytes: 1e12, freeBytes: 2.88e11, events: this.#events.size, eventBytes }];
  }

  async configEntries(): Promise<readonly ConfigEntry[]> {
    return [this.#retentionDays];
  }

  async configEntry(name: string): Promise<ConfigEntry> {
    if (name !== this.#retentionDays.name) throw new RecorderError('CONFIG_NOT_FOUND', `there is no setting ${JSON.stringify(name)}`);
    return this.#retentionDays;
  }

  async setConfigEntry(name: string, value: unknown): Promise<ConfigEntry> {
    this.#retentionDays = { ...(await this.configEntry(name)), value };
    return this.#retentionDays;
  }

  changes(options: ChangeReading = {}): AsyncIterable<Change> {
    return this.#feed.read(options);
  }

  /** Numbers a change and hands it to every reader, without touching cameras and events. */
  publish(change: ChangeBody): Change {
    return this.#feed.publish(change, this.#now());
  }

  /** Adds a camera, or changes its settings (`changes`) and its state (`state`). */
  setCamera(id: string, state: Partial<CameraState> = {}, changes: Partial<Omit<Camera, 'id' | 'state'>> = {}): Camera {
    const camera = this.#cameras.get(id) ?? fakeCamera(id);
    const changed: Camera = { ...camera, ...changes, state: { ...camera.state, ...state } };
    this.#cameras.set(id, changed);
    this.publish({ type: 'camera.changed', data: changed });
    return changed;
  }

  removeCamera(id: string): void {
    this.#cameras.delete(id);
    for (const key of [`${id}/main`, `${id}/sub`]) {
      this.#live.get(key)?.end();
      this.#live.delete(key);
    }
    this.publish({ type: 'camera.removed', data: { id } });
  }

  /** Where a trigger forbids alarms, nothing moves. */
  setMotion(id: string, motion: boolean): void {
    const camera = this.#camera(id);
    if (motion && camera.state.forced === 'off') return;
    const score = motion ? 42 : 0;
    this.#cameras.set(id, { ...camera, state: { ...camera.state, motion, score } });
    this.publish({ type: 'motion.changed', data: { cameraId: id, motion, score, zones: motion ? ['all'] : [] } });
  }

  openEvent(cameraId: string): RecorderEvent {
    const event = fakeEvent(this.#nextEventId++, this.#camera(cameraId), { serverId: this.#server.id, start: this.#now() });
    return this.#put(event, 'event.opened');
  }

  async updateEvent(id: number, changes: Partial<RecorderEvent> = {}): Promise<RecorderEvent> {
    return this.#put({ ...this.#event(id), ...changes }, 'event.updated');
  }

  closeEvent(id: number): RecorderEvent {
    const event = this.#event(id);
    const end = this.#now();
    return this.#put({ ...event, state: 'closed', end, durationMs: Date.parse(end) - Date.parse(event.start) }, 'event.closed');
  }

  readyEvent(id: number): RecorderEvent {
    return this.#put({ ...this.#event(id), state: 'ready', has: { snapshot: true, alarm: true, clip: true } }, 'event.ready');
  }

  async deleteEvent(id: number): Promise<void> {
    const { cameraId, state, protected: isProtected } = this.#event(id);
    if (isProtected) throw new RecorderError('EVENT_PROTECTED', `event ${id} is protected`);
    if (state === 'open') throw new RecorderError('EVENT_OPEN', `event ${id} is being recorded`);
    this.#events.delete(id);
    this.publish({ type: 'event.deleted', data: { id, cameraId } });
  }

  #force(id: string, forced: CameraState['forced']): void {
    const camera = this.#camera(id);
    const { forced: _before, ...state } = camera.state;
    const changed: Camera = { ...camera, state: { ...state, ...(forced === undefined ? {} : { forced }) } };
    this.#cameras.set(id, changed);
    this.publish({ type: 'camera.changed', data: changed });
  }

  /** Oldest first. */
  #eventsOf(cameraId: string): readonly RecorderEvent[] {
    this.#camera(cameraId);
    return [...this.#events.values()].filter((event) => event.cameraId === cameraId).sort((a, b) => a.id - b.id);
  }

  #withAmount(camera: Camera): Camera {
    const events = this.#eventsOf(camera.id);
    return { ...camera, state: { ...camera.state, events: events.length, eventBytes: events.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) } };
  }

  #put(event: RecorderEvent, type: 'event.opened' | 'event.updated' | 'event.closed' | 'event.ready'): RecorderEvent {
    this.#events.set(event.id, event);
    this.publish({ type, data: event });
    return event;
  }

  #camera(id: string): Camera {
    const camera = this.#cameras.get(id);
    if (!camera) throw new RecorderError('CAMERA_NOT_FOUND', `there is no camera ${JSON.stringify(id)}`);
    return camera;
  }

  #event(id: number): RecorderEvent {
    const event = this.#events.get(id);
    if (!event) throw new RecorderError('EVENT_NOT_FOUND', `there is no event ${id}`);
    return event;
  }

  #count(): { total: number; online: number } {
    const cameras = [...this.#cameras.values()];
    return { total: cameras.length, online: cameras.filter(({ state }) => state.status === 'online').length };
  }

  /** Every look at the clock is 10 ms after the one before. */
  #now(): string {
    this.#clockMs += 10;
    return new Date(this.#clockMs).toISOString();
  }
}

/** What a camera shows of its settings; others are not kept, and of those only what is what it should be. */
function shownOf({ name, function: kind, audio }: Readonly<Record<string, unknown>>): Partial<Camera> {
  const isKind = (word: unknown): word is Camera['function'] => ['none', 'monitor', 'modect', 'record', 'mocord', 'nodect'].includes(word as string);
  return { ...(typeof name === 'string' ? { name } : {}), ...(isKind(kind) ? { function: kind } : {}), ...(typeof audio === 'boolean' ? { audio } : {}) };
}

function fakeEvent(id: number, camera: Camera, { serverId, start }: { readonly serverId: string; readonly start: string }): RecorderEvent {
  const url = `/api/v1/events/${id}`;
  return {
    id,
    cameraId: camera.id,
    cameraName: camera.name,
    serverId,
    name: `Event-${id}`,
    cause: 'motion',
    armed: camera.armed,
    causes: [{ kind: 'motion', zones: ['all'] }],
    state: 'open',
    start,
    durationMs: 0,
    score: { max: 87, avg: 31, total: 2480 },
    frames: 275,
    alarmFrames: 112,
    zones: ['all'],
    notes: '',
    tags: [],
    protected: false,
    recovered: false,
    sizeBytes: 4_182_333,
    video: { codec: 'avc1.64001f', width: 1920, height: 1080, url: `${url}/video.mp4` },
    urls: { snapshot: `${url}/snapshot.jpg`, alarm: `${url}/alarm.jpg` },
    has: { snapshot: false, alarm: false, clip: false },
  };
}

/** Whether an event is one that is asked for. */
function matches(event: RecorderEvent, filter: EventFilter): boolean {
  const { camera, cameras, from, to, cause, zone, minScore } = filter;
  const wanted: readonly boolean[] = [
    camera === undefined || event.cameraId === camera,
    cameras === undefined || cameras.includes(event.cameraId),
    from === undefined || event.start >= from,
    to === undefined || event.start < to,
    cause === undefined || event.causes.some(({ kind }) => kind === cause),
    zone === undefined || event.zones.includes(zone),
    minScore === undefined || event.score.max >= minScore,
    filter.protected === undefined || event.protected === filter.protected,
  ];
  return wanted.every(Boolean);
}
