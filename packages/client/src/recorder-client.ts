// A recorder over the network: `RecorderApi` by HTTP and WebSocket.
import { AccountClient } from './account-client.ts';
import type { MediaToken, MediaTokenRequest } from './accounts.ts';
import type { Camera, CameraInput, ProbeReport, PtzRequest, TriggerAnswer, TriggerRequest } from './camera.ts';
import type { Change } from './change.ts';
import { takeChange } from './change-messages.ts';
import type { CameraControls, RecorderControls } from './controls.ts';
import type { ConfigEntry, EventChanges, EventPage, Health, RecorderEvent, ReloadReport, ServerEntry, ServerInfo, ServerStats, StorageArea } from './event.ts';
import type { Export, ExportFilter, ExportList, ExportRequest } from './export.ts';
import { HttpLink, type LinkOptions, part } from './http-link.ts';
import { keepReading } from './keep-reading.ts';
import { LivePackets } from './live-packets.ts';
import { liveQuery } from './live-query.ts';
import type { LiveOptions, LivePacket, MediaFile, Picture, Timeline, TimeSpan } from './media.ts';
import { pictureOf, readPictures } from './multipart-pictures.ts';
import { readBody } from './read-body.ts';
import type { ReconnectionLimits } from './reconnection.ts';
import type { CallOptions, ChangeReading, EventFilter, EventPictureOptions, RecorderApi } from './recorder-api.ts';
import { RecorderApiError } from './recorder-api-error.ts';
import { remoteFile } from './remote-file.ts';
import { readSocket, type SocketMessage } from './socket-reader.ts';

/** Where the recorder is, and how patient to be. */
export interface RecorderClientOptions extends LinkOptions {
  /** Waits between tries of streams that broke. Default 0.5 s to 30 s. */
  readonly reconnection?: ReconnectionLimits;
  /** A stream on which nothing came for so long is opened anew: the recorder says something on each every 20 s at least. Default 45 s. */
  readonly quietMs?: number;
}

const RECONNECTION: ReconnectionLimits = { firstMs: 500, longestMs: 30_000 };
const QUIET_MS = 45_000;
/** What a recorder may take for a probe: to connect, and twice the time it watches, which is 8 s where nobody says. */
const probeMs = (seconds = 8): number => 10_000 + seconds * 2000;
/** Said of a camera that was there before, it means that the camera was removed. */
const REMOVED = 'CAMERA_NOT_FOUND';
/** Whoever hears this may take the stream as the camera sends it. */
const EXHAUSTED = 'ENCODERS_EXHAUSTED';

/** A recorder over the network. Requests fail with a `RecorderApiError`; streams connect again by themselves. */
export class RecorderClient implements RecorderApi {
  /** Accounts and tokens, asked for with the same login. */
  readonly accounts: AccountClient;
  readonly #link: HttpLink;
  readonly #reconnection: ReconnectionLimits;
  readonly #quietMs: number;

  /** @throws TypeError where `url` is no address of HTTP. */
  constructor(options: RecorderClientOptions) {
    this.#link = new HttpLink(options);
    this.accounts = new AccountClient(this.#link);
    this.#reconnection = options.reconnection ?? RECONNECTION;
    this.#quietMs = options.quietMs ?? QUIET_MS;
  }

  server(): Promise<ServerInfo> {
    return this.#link.json({ path: '/server' });
  }

  stats(): Promise<ServerStats> {
    return this.#link.json({ path: '/stats' });
  }

  health(): Promise<Health> {
    return this.#link.json({ path: '/health' });
  }

  metrics(): Promise<string> {
    return this.#link.text({ path: '/metrics' });
  }

  cameras(): Promise<readonly Camera[]> {
    return this.#link.json({ path: '/cameras' });
  }

  camera(id: string): Promise<Camera> {
    return this.#link.json({ path: `/cameras/${part(id)}` });
  }

  createCamera(settings: CameraInput): Promise<Camera> {
    return this.#link.json({ method: 'POST', path: '/cameras', body: settings });
  }

  updateCamera(id: string, changes: Readonly<Record<string, unknown>>): Promise<Camera> {
    return this.#link.json({ method: 'PATCH', path: `/cameras/${part(id)}`, body: changes });
  }

  deleteCamera(id: string): Promise<void> {
    return this.#link.json({ method: 'DELETE', path: `/cameras/${part(id)}` });
  }

  probe(source: string, signal?: AbortSignal, seconds?: number): Promise<ProbeReport> {
    const body = { source, ...(seconds === undefined ? {} : { seconds }) };
    return this.#link.json({ method: 'POST', path: '/cameras/probe', body, signal, worksMs: probeMs(seconds) });
  }

  trigger(cameraId: string, request: TriggerRequest, source?: string): Promise<TriggerAnswer> {
    const body = source === undefined ? request : { ...request, source };
    return this.#link.json({ method: 'POST', path: `/cameras/${part(cameraId)}/trigger`, body });
  }

  setCameraControls(cameraId: string, changes: Partial<CameraControls>): Promise<Camera> {
    return this.#link.json({ method: 'PATCH', path: `/cameras/${part(cameraId)}/controls`, body: changes });
  }

  controls(): Promise<RecorderControls> {
    return this.#link.json({ path: '/controls' });
  }

  setControls(changes: Partial<RecorderControls>): Promise<RecorderControls> {
    return this.#link.json({ method: 'PATCH', path: '/controls', body: changes });
  }

  reconnect(cameraId: string): Promise<void> {
    return this.#link.json({ method: 'POST', path: `/cameras/${part(cameraId)}/reconnect`, body: {} });
  }

  ptz(cameraId: string, request: PtzRequest): Promise<void> {
    return this.#link.json({ method: 'POST', path: `/cameras/${part(cameraId)}/ptz`, body: request });
  }

  async snapshot(cameraId: string, options: { readonly width?: number; readonly height?: number; readonly signal?: AbortSignal } = {}): Promise<Picture> {
    const { signal, ...query } = options;
    const { headers, bytes } = await this.#link.bytes({ path: `/cameras/${part(cameraId)}/snapshot.jpg`, query, signal });
    return pictureOf(headers, bytes);
  }

  pictures(
    cameraId: string,
    options: { readonly maxFps?: number; readonly width?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<Picture, void, void> {
    const { signal, ...query } = options;
    const [link, quietMs] = [this.#link, this.#quietMs];
    const read = async function* (connected: () => void): AsyncGenerator<Picture, void, void> {
      const response = await link.response({ path: `/cameras/${part(cameraId)}/live.mjpeg`, query, signal });
      connected();
      yield* readPictures(readBody(response, { quietMs, signal }));
    };
    return keepReading({ limits: this.#reconnection, signal, read, endsWith: REMOVED });
  }

  live(cameraId: string, options: LiveOptions = {}): AsyncGenerator<LivePacket, void, void> {
    const { signal, onWaiting, ...wanted } = options;
    const query = liveQuery(wanted);
    const [link, quietMs] = [this.#link, this.#quietMs];
    const path = `/cameras/${part(cameraId)}/live`;
    const packets = new LivePackets(onWaiting);
    const read = async function* (onOpen: () => void): AsyncGenerator<LivePacket, void, void> {
      packets.connected();
      const socket = await link.socket({ path, query, signal });
      const take = (message: SocketMessage, queue: LivePacket[]): void => packets.take(message, queue);
      for await (const packet of readSocket(socket, { signal, quietMs, onOpen, take })) {
        packets.given(packet);
        yield packet;
      }
    };
    // The same video as a file: it needs the same permission and the same room for streams.
    const ask = async (): Promise<void> => {
      const { body } = await link.response({ path: `${path}.mp4`, query, signal });
      body?.cancel().catch(() => undefined);
    };
    return keepReading({ limits: this.#reconnection, signal, read, ask, endsWith: REMOVED, refusedWith: EXHAUSTED });
  }

  mediaToken(request: MediaTokenRequest): Promise<MediaToken> {
    return this.accounts.mediaToken(request);
  }

  async events(filter: EventFilter = {}): Promise<EventPage> {
    // An empty list cannot be told from none at all in an address.
    if (filter.cameras?.length === 0) return { events: [] };
    return this.#link.json({ path: '/events', query: { ...filter } });
  }

  event(id: number): Promise<RecorderEvent> {
    return this.#link.json({ path: `/events/${part(id)}` });
  }

  updateEvent(id: number, changes: EventChanges): Promise<RecorderEvent> {
    return this.#link.json({ method: 'PATCH', path: `/events/${part(id)}`, body: changes });
  }

  deleteEvent(id: number): Promise<void> {
    return this.#link.json({ method: 'DELETE', path: `/events/${part(id)}` });
  }

  eventSnapshot(id: number, options: EventPictureOptions = {}): Promise<Uint8Array> {
    return this.#eventPicture(`/events/${part(id)}/snapshot.jpg`, options);
  }

  eventAlarmPicture(id: number, options: EventPictureOptions = {}): Promise<Uint8Array> {
    return this.#eventPicture(`/events/${part(id)}/alarm.jpg`, options);
  }

  eventVideo(id: number, { signal }: CallOptions = {}): Promise<MediaFile> {
    return remoteFile(this.#link, { path: `/events/${part(id)}/video.mp4`, signal });
  }

  playback(cameraId: string, { from, to }: TimeSpan, { signal }: CallOptions = {}): Promise<MediaFile> {
    return remoteFile(this.#link, { path: `/cameras/${part(cameraId)}/playback.mp4`, query: { from, to }, signal });
  }

  timeline(cameraId: string, { from, to }: TimeSpan, { signal }: CallOptions = {}): Promise<Timeline> {
    return this.#link.json({ path: `/cameras/${part(cameraId)}/timeline`, query: { from, to }, signal });
  }

  createExport(request: ExportRequest): Promise<Export> {
    return this.#link.json({ method: 'POST', path: '/exports', body: request });
  }

  async exports(filter: ExportFilter = {}): Promise<ExportList> {
    if (filter.cameras?.length === 0) return { exports: [] };
    return this.#link.json({ path: '/exports', query: { ...filter } });
  }

  export(id: number): Promise<Export> {
    return this.#link.json({ path: `/exports/${part(id)}` });
  }

  deleteExport(id: number): Promise<void> {
    return this.#link.json({ method: 'DELETE', path: `/exports/${part(id)}` });
  }

  exportVideo(id: number): Promise<MediaFile> {
    return remoteFile(this.#link, { path: `/exports/${part(id)}/video.mp4` });
  }

  exportManifest(id: number): Promise<MediaFile> {
    return remoteFile(this.#link, { path: `/exports/${part(id)}/manifest.json` });
  }

  reload({ signal }: CallOptions = {}): Promise<ReloadReport> {
    return this.#link.json({ method: 'POST', path: '/reload', body: {}, signal });
  }

  servers(): Promise<readonly ServerEntry[]> {
    return this.#link.json({ path: '/servers' });
  }

  storage(): Promise<readonly StorageArea[]> {
    return this.#link.json({ path: '/storage' });
  }

  configEntries(): Promise<readonly ConfigEntry[]> {
    return this.#link.json({ path: '/config' });
  }

  configEntry(name: string): Promise<ConfigEntry> {
    return this.#link.json({ path: `/config/${part(name)}` });
  }

  setConfigEntry(name: string, value: unknown): Promise<ConfigEntry> {
    return this.#link.json({ method: 'PUT', path: `/config/${part(name)}`, body: { value } });
  }

  changes(options: ChangeReading = {}): AsyncGenerator<Change, void, void> {
    const { signal, onAlive, onBroken } = options;
    let { since } = options;
    const [link, quietMs] = [this.#link, this.#quietMs];
    const take = (message: SocketMessage, queue: Change[]): void => {
      since = takeChange(message, queue, onAlive) ?? since;
    };
    const read = async function* (onOpen: () => void): AsyncGenerator<Change, void, void> {
      if (since !== undefined && !(Number.isSafeInteger(since) && since >= 0))
        throw new RecorderApiError('CHANGES_FORGOTTEN', `the change ${since} is none that a recorder has given`);
      const socket = await link.socket({ path: '/changes', query: { since }, signal });
      yield* readSocket(socket, { signal, quietMs, onOpen, take });
    };
    return keepReading({ limits: this.#reconnection, signal, read, broken: () => onBroken?.(), ask: () => link.json({ path: '/server', signal }) });
  }

  async #eventPicture(path: string, { width, maxBytes, signal }: EventPictureOptions): Promise<Uint8Array> {
    return (await this.#link.bytes({ path, query: { width, maxBytes }, signal })).bytes;
  }
}
