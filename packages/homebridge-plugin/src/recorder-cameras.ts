// What a recorder says of its cameras, over its restarts and ours.
import {
  type Camera,
  type Change,
  isNotAllowed,
  LOGIN_REFUSED,
  type RecorderApi,
  type RecorderControls,
  RecorderFollower,
  reasonOf,
  type ServerInfo,
} from '@nightjar/client';
import { type Clock, systemClock } from './clock.ts';

/** A camera that a list leaves out is gone only when a list this much later leaves it out, too. */
const GONE_MS = 60_000;

/** Who wants to know. */
export interface CameraListener {
  /** A camera is there, or something of it is different. */
  changed(camera: Camera): void;
  /** A camera was removed from the recorder. */
  removed(id: string): void;
  triggered(id: string, cause: string | undefined, source: string): void;
  controlsChanged(controls: RecorderControls): void;
  /** The recorder answers again, or for the first time, and has cameras of these ids; what it says of each follows. */
  back(server: ServerInfo, ids: ReadonlySet<string>): void;
  /** Nothing was heard of it for a while. */
  away(): void;
  /** Once for each new problem, and again ten minutes later at the earliest. */
  warn(problem: string): void;
}

/** How a recorder is followed. */
export interface RecorderCamerasOptions {
  readonly api: Pick<RecorderApi, 'cameras' | 'changes' | 'controls' | 'server'>;
  readonly listener: CameraListener;
  /** Whether a camera that the recorder has no more was removed by somebody. Default: always. */
  readonly mayBeRemoved?: (id: string) => boolean;
  readonly clock?: Clock;
  /** How long a recorder may be away before that is said. Default 10 s. */
  readonly graceMs?: number;
}

const REPEAT_MS = 600_000;
const NEW_TOKEN = 'make a token with nightjar token create homebridge --role operator, as the user that runs the recorder, and set it as "token" of "recorder"';
/** What is measured of streams is no change of a camera; it is asked for, sooner where a camera was not measured yet. */
const MEASURED_MS = { first: 3000, later: 60_000 } as const;

/** The cameras of one recorder as it described them last. */
export class RecorderCameras {
  readonly #options: RecorderCamerasOptions;
  readonly #clock: Clock;
  readonly #follower: RecorderFollower;
  readonly #cameras = new Map<string, Camera>();
  /** Cameras that must be asked after: known from before, and not in the last list. */
  readonly #missing = new Set<string>();
  #cancelLook: () => void = () => undefined;
  #cancelRetry: () => void = () => undefined;
  #cancelMeasured: () => void = () => undefined;
  #isMeasuredSoon = false;
  /** When each problem was told; numbers in it do not make it another. */
  readonly #warned = new Map<string, number>();

  /** @param known - Ids of cameras from before: those that the recorder has no more are removed. */
  constructor(options: RecorderCamerasOptions, known: readonly string[]) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    for (const id of known) this.#missing.add(id);
    this.#follower = new RecorderFollower({
      api: options.api,
      warn: (problem, reason) => this.#warn(`${problem}: ${reason}${problem === LOGIN_REFUSED ? `; ${NEW_TOKEN}` : ''}`),
      take: (change) => this.#take(change),
      catchUp: () => this.#catchUp(),
      away: () => this.#away(),
      graceMs: options.graceMs,
    });
  }

  start(): void {
    this.#follower.start();
  }

  stop(): void {
    this.#follower.stop();
    this.#cancelLook();
    this.#cancelRetry();
    this.#cancelMeasured();
  }

  /** Nothing while the recorder is away. */
  get(id: string): Camera | undefined {
    return this.#cameras.get(id);
  }

  #take(change: Change): void {
    const { listener } = this.#options;
    switch (change.type) {
      case 'camera.changed':
        return this.#changed(change.data);
      case 'camera.removed':
        return this.#removed(change.data.id);
      case 'motion.changed': {
        const camera = this.#cameras.get(change.data.cameraId);
        if (camera !== undefined) this.#changed({ ...camera, state: { ...camera.state, motion: change.data.motion } });
        return;
      }
      case 'trigger.received': {
        const { cameraId, action, cause, source } = change.data;
        if (action === 'on' || action === 'pulse') listener.triggered(cameraId, cause, source);
        return;
      }
      case 'controls.changed':
        return listener.controlsChanged(change.data);
      default:
        return;
    }
  }

  #changed(camera: Camera): void {
    this.#cameras.set(camera.id, camera);
    this.#missing.delete(camera.id);
    this.#options.listener.changed(camera);
    if (!isMeasured(camera) && !this.#isMeasuredSoon) this.#measureIn(MEASURED_MS.first);
  }

  #removed(id: string): void {
    this.#cameras.delete(id);
    this.#missing.delete(id);
    this.#options.listener.removed(id);
  }

  async #catchUp(): Promise<void> {
    const { api, listener } = this.#options;
    try {
      const [server, cameras, controls] = await Promise.all([api.server(), api.cameras(), allowed(api.controls())]);
      if (this.#follower.isStopped || this.#follower.isAway) return;
      const ids = new Set(cameras.map(({ id }) => id));
      this.#miss(ids);
      listener.back(server, ids);
      for (const camera of cameras) this.#changed(camera);
      if (controls !== undefined) listener.controlsChanged(controls);
      if (!this.#isMeasuredSoon) this.#measureIn(MEASURED_MS.later);
      this.#cancelLook();
      if (this.#missing.size > 0) this.#lookLater();
    } catch (error) {
      this.#warn(`the recorder could not be read: ${reasonOf(error)}`);
      this.#cancelRetry();
      // It is read again as soon as its changes are.
      if (this.#follower.isStopped || this.#follower.isAway) return;
      this.#cancelRetry = this.#clock.after(1000, () => void this.#follower.do(() => this.#catchUp()));
    }
  }

  /** Cameras that a list leaves out are not there until they are looked for again. */
  #miss(ids: ReadonlySet<string>): void {
    for (const id of this.#cameras.keys()) if (!ids.has(id)) this.#missing.add(id);
    for (const id of this.#missing) this.#cameras.delete(id);
  }

  #lookLater(): void {
    this.#cancelLook = this.#clock.after(GONE_MS, () => void this.#follower.do(() => this.#look()));
  }

  /** Are they still gone? */
  async #look(): Promise<void> {
    if (this.#follower.isAway || this.#follower.isStopped) return;
    this.#lookLater();
    const ids = new Set((await this.#options.api.cameras()).map(({ id }) => id));
    const { mayBeRemoved = () => true } = this.#options;
    for (const id of [...this.#missing]) if (!ids.has(id) && mayBeRemoved(id)) this.#removed(id);
    if (this.#missing.size === 0) this.#cancelLook();
  }

  #measureIn(ms: number): void {
    this.#isMeasuredSoon = ms === MEASURED_MS.first;
    this.#cancelMeasured();
    this.#cancelMeasured = this.#clock.after(ms, () => void this.#follower.do(() => this.#measure()));
  }

  /** Takes over what is measured; what is there and what moves the changes say. */
  async #measure(): Promise<void> {
    this.#isMeasuredSoon = false;
    if (this.#follower.isAway || this.#follower.isStopped) return;
    try {
      for (const camera of await this.#options.api.cameras()) if (this.#cameras.has(camera.id)) this.#cameras.set(camera.id, camera);
    } catch {
      // The feed says what is wrong, if anything is.
    }
    const areAllMeasured = [...this.#cameras.values()].every(isMeasured);
    if (!this.#follower.isAway && !this.#follower.isStopped) this.#measureIn(areAllMeasured ? MEASURED_MS.later : MEASURED_MS.first);
  }

  #away(): void {
    this.#cancelMeasured();
    this.#isMeasuredSoon = false;
    for (const id of this.#cameras.keys()) this.#missing.add(id);
    this.#cameras.clear();
    this.#cancelLook();
    this.#cancelRetry();
    this.#options.listener.away();
  }

  #warn(problem: string): void {
    const atMs = this.#clock.monotonic();
    for (const [told, toldMs] of this.#warned) if (atMs - toldMs >= REPEAT_MS) this.#warned.delete(told);
    const key = problem.replace(/\d+/g, '0');
    if (this.#warned.has(key)) return;
    this.#warned.set(key, atMs);
    this.#options.listener.warn(problem);
  }
}

/** Whether it is known what it sends; of a camera that sends nothing there is nothing to know. */
const isMeasured = ({ state, streams = [] }: Camera): boolean =>
  state.status !== 'online' || streams.every(({ stream, gopSeconds }) => stream === 'sub' || gopSeconds > 0);

/** @returns Nothing where the token may not read it. */
async function allowed<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNotAllowed(error)) return undefined;
    throw error;
  }
}
