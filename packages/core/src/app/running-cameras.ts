// The cameras that run: makes what runs agree with what is wanted, one change of a camera after the other and none waiting for another camera.
import { cameraNeeds } from '../config/config-diff.ts';
import type { CameraSettings } from '../model/camera.ts';
import type { OpenGap } from '../model/gap.ts';
import type { CameraId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { within } from '../util/within.ts';
import type { CameraPipeline } from './camera-pipeline.ts';

/** A camera that is connected to anew does so after this long, whatever the connection before is doing. */
const DISCONNECT_WITHIN_MS = 4000;
/** A removed camera is gone for everybody after this long; what it still has to close is closed behind the scenes. */
const CLOSE_WITHIN_MS = 10_000;

/** So long a reconnection is the newest one, and asking for another changes nothing: a camera must have the time to answer. */
const RECONNECTION_LASTS_MS = 5000;

/** What the cameras need and whom they tell. */
export interface RunningCamerasOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Makes a pipeline that is not started yet. */
  make(camera: CameraSettings, missing: OpenGap | undefined): CameraPipeline;
  /** Other settings are in force. */
  onChanged(pipeline: CameraPipeline): void;
  /** Everything of a camera is closed, and it is in no list any more. */
  onRemoved(id: CameraId): void;
  /** What was missing is not to be recorded any more. */
  onGapEnded(id: CameraId, gap: OpenGap): void;
}

interface Slot {
  wanted: CameraSettings | undefined;
  pipeline: CameraPipeline | undefined;
  /** Since when footage is missing, before the first pipeline. */
  missing: OpenGap | undefined;
  /** Changes of this camera, one after the other. */
  lane: Promise<void>;
  /** The newest reconnection that was asked for. */
  reconnection: { readonly done: Promise<void>; atMs?: number } | undefined;
  readonly removed: AbortController;
}

/** Runs cameras that come, change and go. */
export class RunningCameras {
  readonly #options: RunningCamerasOptions;
  readonly #slots = new Map<CameraId, Slot>();
  /** Pipelines that were replaced or took too long, and still close their events. */
  readonly #closing = new Set<Promise<void>>();
  #isStopped = false;

  constructor(options: RunningCamerasOptions) {
    this.#options = options;
  }

  /** Of every camera the pipeline that runs, in the order they came. */
  get pipelines(): readonly CameraPipeline[] {
    return [...this.#slots.values()].flatMap(({ pipeline }) => pipeline ?? []);
  }

  /** Whether everything ends. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  pipeline(id: CameraId): CameraPipeline | undefined {
    return this.#slots.get(id)?.pipeline;
  }

  /** Aborts when the camera is removed; stays as it is while its pipeline is replaced. */
  removal(id: CameraId): AbortSignal | undefined {
    return this.#slots.get(id)?.removed.signal;
  }

  /**
   * Adds a camera or gives it other settings. Resolves when they are in force: at once where the stream may go on, else once
   * the camera is being connected to anew.
   *
   * @param missing - Since when footage of a new camera is missing.
   */
  set(camera: CameraSettings, missing?: OpenGap): Promise<void> {
    let slot = this.#slots.get(camera.id);
    if (slot === undefined || slot.removed.signal.aborted) {
      slot = { wanted: camera, pipeline: undefined, missing, lane: slot?.lane ?? Promise.resolve(), reconnection: undefined, removed: new AbortController() };
      this.#slots.set(camera.id, slot);
    }
    slot.wanted = camera;
    return this.#inTurn(camera.id, slot);
  }

  /** Lets a camera go and connects to it anew. Asked again while that is under way, or within 5 s of it, it is the same one. */
  reconnect(id: CameraId): Promise<void> {
    const slot = this.#slots.get(id);
    if (slot === undefined) return Promise.resolve();
    const { clock } = this.#options;
    const { reconnection: newest } = slot;
    if (newest !== undefined && (newest.atMs === undefined || clock.monotonic() - newest.atMs < RECONNECTION_LASTS_MS)) return newest.done;
    const reconnection: NonNullable<Slot['reconnection']> = {
      done: this.#inTurn(id, slot, () => this.#reconnect(slot)).finally(() => {
        reconnection.atMs = clock.monotonic();
      }),
    };
    slot.reconnection = reconnection;
    return reconnection.done;
  }

  /** Ends a camera; its events stay. Resolves when everything of it is closed, or after 10 s. */
  async remove(id: CameraId): Promise<void> {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    slot.wanted = undefined;
    await this.#inTurn(id, slot);
  }

  /** Stops every camera, with what is open closed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#slots.values()].map(({ pipeline }) => pipeline?.stop()));
    await Promise.all([...this.#slots.values()].map(({ lane }) => lane));
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }

  #inTurn(id: CameraId, slot: Slot, work = () => this.#settle(id, slot)): Promise<void> {
    const turn = slot.lane.then(work);
    slot.lane = turn.catch((error: unknown) => this.#options.log.error('a camera could not be changed', { camera: id, error }));
    return turn;
  }

  async #settle(id: CameraId, slot: Slot): Promise<void> {
    const { wanted, pipeline } = slot;
    if (this.#isStopped) return;
    if (wanted === undefined) return this.#end(id, slot);
    if (pipeline === undefined) return this.#start(slot, wanted, slot.missing);
    const needs = cameraNeeds(pipeline.camera, wanted);
    if (needs === undefined) return;
    if (needs === 'camera' || needs === 'server') return this.#replace(slot, pipeline, 'settings changed');
    pipeline.takeSettings(wanted);
    this.#options.onChanged(pipeline);
  }

  async #reconnect(slot: Slot): Promise<void> {
    const { wanted, pipeline } = slot;
    if (this.#isStopped || wanted === undefined || wanted.function === 'none' || pipeline === undefined) return;
    await this.#replace(slot, pipeline, 'somebody asked for it');
  }

  async #replace(slot: Slot, old: CameraPipeline, why: string): Promise<void> {
    const { clock, log } = this.#options;
    const { id } = old.camera;
    log.info(`${why}: connecting anew`, { camera: id });
    // A camera that takes one connection only must be let go first.
    if (!(await within(clock, DISCONNECT_WITHIN_MS, old.disconnect()))) log.warn('the connection does not end; going on without it', { camera: id });
    const missing = old.handOver();
    old.retire();
    void this.#close(old);
    const { wanted } = slot;
    slot.pipeline = undefined;
    slot.missing = undefined;
    if (wanted !== undefined && !this.#isStopped) this.#start(slot, wanted, missing);
    else if (wanted === undefined) await this.#end(id, slot);
  }

  async #end(id: CameraId, slot: Slot): Promise<void> {
    const { clock, log, onRemoved } = this.#options;
    const { pipeline } = slot;
    slot.removed.abort('closed');
    if (pipeline !== undefined) {
      const stopping = this.#close(pipeline);
      if (!(await within(clock, CLOSE_WITHIN_MS, stopping))) log.warn('a removed camera takes long to close its events', { camera: id });
      pipeline.retire();
      slot.pipeline = undefined;
    }
    // It may have been added again meanwhile.
    if (this.#slots.get(id) === slot) this.#slots.delete(id);
    onRemoved(id);
  }

  #start(slot: Slot, camera: CameraSettings, missing: OpenGap | undefined): void {
    const { make, onChanged, onGapEnded } = this.#options;
    const records = camera.function !== 'none' && camera.function !== 'monitor';
    if (missing !== undefined && !records) onGapEnded(camera.id, missing);
    const pipeline = make(camera, records ? missing : undefined);
    slot.pipeline = pipeline;
    pipeline.start();
    onChanged(pipeline);
  }

  /** Closes what a pipeline has open, however long that takes. */
  #close(pipeline: CameraPipeline): Promise<void> {
    const closing = pipeline
      .stop()
      .catch((error: unknown) => this.#options.log.error('a camera was not closed in order', { camera: pipeline.camera.id, error }))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    return closing;
  }
}
