// A recorder in memory that does what the test says.
import type {
  Camera,
  CameraState,
  Change,
  ChangeBody,
  ConfigEntry,
  EventFilter,
  EventPage,
  Health,
  LivePacket,
  MediaFile,
  Picture,
  ProbeReport,
  RecorderApi,
  RecorderEvent,
  ReloadReport,
  ServerEntry,
  ServerInfo,
  ServerStats,
  StorageArea,
  Timeline,
} from '@nightjar/client';
import { FakeChangeFeed } from './fake-change-feed.ts';

/** The smallest thing that begins and ends like a JPEG. */
const TINY_JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0x00, 0x02, 0xff, 0xd9);
const START_MS = Date.UTC(2026, 0, 1, 12);

/** What an unknown id throws. */
export class FakeNotFoundError extends Error {
  readonly code: 'CAMERA_NOT_FOUND' | 'EVENT_NOT_FOUND';

  constructor(code: 'CAMERA_NOT_FOUND' | 'EVENT_NOT_FOUND', id: string | number) {
    super(`Nothing has the id ${id}`);
    this.name = 'FakeNotFoundError';
    this.code = code;
  }
}

/** A `RecorderApi` whose cameras and events are made by calls. */
export class FakeRecorder implements RecorderApi {
  readonly #server: ServerInfo;
  readonly #cameras = new Map<string, Camera>();
  readonly #events = new Map<number, RecorderEvent>();
  readonly #feed: FakeChangeFeed;
  #nextEventId: number;
  #clockMs = START_MS;
  /** What `eventSnapshot` gives for every event. */
  eventJpeg: Uint8Array = TINY_JPEG;

  constructor(options: { readonly serverId?: string; readonly cameras?: readonly string[]; readonly firstEventId?: number; readonly feedSize?: number } = {}) {
    this.#server = {
      id: options.serverId ?? 'rec1',
      name: 'Recorder 1',
      version: '1.2.3',
      api: 'http://127.0.0.1:8420',
      startedAt: new Date(START_MS).toISOString(),
    };
    this.#feed = new FakeChangeFeed(options.feedSize ?? 1000);
    this.#nextEventId = options.firstEventId ?? 1;
    for (const id of options.cameras ?? []) this.#cameras.set(id, fakeCamera(id));
  }

  async server(): Promise<ServerInfo> {
    return this.#server;
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
    return [...this.#cameras.values()];
  }

  async camera(id: string): Promise<Camera> {
    return this.#camera(id);
  }

  async events(filter: EventFilter = {}): Promise<EventPage> {
    const { camera, from, to, limit = 100 } = filter;
    const events = [...this.#events.values()]
      .filter(
        (event) => (camera === undefined || event.cameraId === camera) && (from === undefined || event.start >= from) && (to === undefined || event.start < to),
      )
      .sort((a, b) => b.id - a.id)
      .slice(0, Math.min(limit, 1000));
    return { events };
  }

  async event(id: number): Promise<RecorderEvent> {
    return this.#event(id);
  }

  async eventSnapshot(id: number): Promise<Uint8Array> {
    this.#event(id);
    return this.eventJpeg;
  }

  // streams: live and snapshots
  snapshot(): Promise<Picture> {
    return later('snapshot');
  }

  pictures(): AsyncIterable<Picture> {
    throw missing('pictures');
  }

  live(): AsyncIterable<LivePacket> {
    throw missing('live');
  }

  // streams: playback
  eventVideo(): Promise<MediaFile> {
    return later('eventVideo');
  }

  playback(): Promise<MediaFile> {
    return later('playback');
  }

  timeline(): Promise<Timeline> {
    return later('timeline');
  }

  // events
  eventAlarmPicture(): Promise<Uint8Array> {
    return later('eventAlarmPicture');
  }

  // control
  createCamera(): Promise<Camera> {
    return later('createCamera');
  }

  updateCamera(): Promise<Camera> {
    return later('updateCamera');
  }

  deleteCamera(): Promise<void> {
    return later('deleteCamera');
  }

  probe(): Promise<ProbeReport> {
    return later('probe');
  }

  trigger(): Promise<{ readonly eventId?: number }> {
    return later('trigger');
  }

  ptz(): Promise<void> {
    return later('ptz');
  }

  // system
  metrics(): Promise<string> {
    return later('metrics');
  }

  reload(): Promise<ReloadReport> {
    return later('reload');
  }

  servers(): Promise<readonly ServerEntry[]> {
    return later('servers');
  }

  storage(): Promise<readonly StorageArea[]> {
    return later('storage');
  }

  configEntries(): Promise<readonly ConfigEntry[]> {
    return later('configEntries');
  }

  configEntry(): Promise<ConfigEntry> {
    return later('configEntry');
  }

  setConfigEntry(): Promise<ConfigEntry> {
    return later('setConfigEntry');
  }

  changes(options: { readonly since?: number; readonly signal?: AbortSignal } = {}): AsyncIterable<Change> {
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
    this.publish({ type: 'camera.removed', data: { id } });
  }

  setMotion(id: string, motion: boolean): void {
    const camera = this.#camera(id);
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
    const { cameraId } = this.#event(id);
    this.#events.delete(id);
    this.publish({ type: 'event.deleted', data: { id, cameraId } });
  }

  #put(event: RecorderEvent, type: 'event.opened' | 'event.updated' | 'event.closed' | 'event.ready'): RecorderEvent {
    this.#events.set(event.id, event);
    this.publish({ type, data: event });
    return event;
  }

  #camera(id: string): Camera {
    const camera = this.#cameras.get(id);
    if (!camera) throw new FakeNotFoundError('CAMERA_NOT_FOUND', id);
    return camera;
  }

  #event(id: number): RecorderEvent {
    const event = this.#events.get(id);
    if (!event) throw new FakeNotFoundError('EVENT_NOT_FOUND', id);
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

/** An online camera that sees nothing. */
export function fakeCamera(id: string): Camera {
  const state: CameraState = {
    status: 'online',
    fps: 14.9,
    bitrateKbps: 3100,
    gopSeconds: 2,
    codec: 'avc1.64001f',
    width: 1920,
    height: 1080,
    score: 0,
    motion: false,
    recording: false,
    droppedPackets: 0,
    reconnects: 1,
    clockJumps: 0,
    since: new Date(START_MS).toISOString(),
  };
  return { id, name: `Camera ${id}`, function: 'modect', audio: true, zones: ['all'], state };
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

const missing = (method: string): Error => new Error(`${method} is not there yet`);
const later = (method: string): Promise<never> => Promise.reject(missing(method));
