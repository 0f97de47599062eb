// Which cameras there are: those of the configuration file, and those that were added over the API and live in the database.
import { dirname } from 'node:path';
import type { Camera, CameraControls, CameraInput, RecorderControls } from '@nightjar/client';
import type { Config } from '../config/config.ts';
import { cameraNeeds } from '../config/config-diff.ts';
import { type LoadedCamera, loadCamera } from '../config/load-camera.ts';
import { type CameraTree, mergeCamera } from '../config/merge-camera.ts';
import { DetailedError } from '../errors/detailed-error.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import type { CameraSettings } from '../model/camera.ts';
import { settingsInForce, switchControls } from '../model/camera-controls.ts';
import type { OpenGap } from '../model/gap.ts';
import { type CameraId, isId } from '../model/ids.ts';
import { unmaskSource } from '../model/masked-source.ts';
import { brokenCameraView, cameraView, settingsView } from './camera-view.ts';
import { ControlDesk, checkControls } from './control-desk.ts';
import type { Environment } from './environment.ts';
import { RecordedAmounts } from './recorded-amounts.ts';
import type { RunningCameras } from './running-cameras.ts';
import { StoredCameras } from './stored-cameras.ts';

/** As many as the file may hold. */
const MOST_CAMERAS = 500;

/** What the desk works with. */
export interface CameraDeskOptions {
  readonly env: Environment;
  readonly alerts: AlertBoard;
  readonly running: RunningCameras;
  /** The configuration in force. */
  config(): Config;
  /** Since when footage is missing of a camera that was there before this start. */
  missingSince(id: CameraId): Promise<OpenGap | undefined>;
  /** A camera that cannot run is there, or gone. */
  onBroken(id: CameraId): void;
  /** The number of a camera, once it is known. */
  numberOf(id: CameraId): number | undefined;
}

/** What became of the cameras of a file that was read again. */
export interface CameraChanges {
  readonly started: readonly CameraId[];
  readonly stopped: readonly CameraId[];
  readonly restarted: readonly CameraId[];
  readonly updated: readonly CameraId[];
}

type Pipeline = RunningCameras['pipelines'][number];

/** A camera of the database. */
type Added = { readonly tree: CameraTree } & LoadedCamera;

/** Decides one change after the other; what runs follows behind, each camera in its own time. */
export class CameraDesk {
  readonly #options: CameraDeskOptions;
  readonly #stored: StoredCameras;
  readonly #controls: ControlDesk;
  /** Part of every view, as far as it was read. */
  readonly recorded: RecordedAmounts;
  #ofFile = new Map<CameraId, CameraSettings>();
  readonly #added = new Map<CameraId, Added>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: CameraDeskOptions) {
    this.#options = options;
    const { env, alerts } = options;
    this.recorded = new RecordedAmounts(env.events);
    this.#stored = new StoredCameras({ env, alerts, onRead: (rows) => this.#inTurn(async () => this.#takeStored(rows)) });
    this.#controls = new ControlDesk({ env, alerts, onRead: () => this.#inTurn(() => this.#switchAll()) });
  }

  /** Reads what is switched; where the database does not answer it follows when it does. */
  readControls(): Promise<void> {
    return this.#controls.read();
  }

  /** Starts the cameras of the file. */
  async start(): Promise<void> {
    const { running, missingSince, config } = this.#options;
    const { cameras } = config();
    this.#ofFile = new Map(cameras.map((camera) => [camera.id, camera]));
    for (const camera of cameras) await running.set(this.#inForce(camera), await missingSince(camera.id));
  }

  /** Starts the cameras of the database; where that does not answer they follow when it does. */
  async startStored(): Promise<void> {
    await this.#stored.read();
    await this.#inTurn(() => this.#stored.note([...this.#ofFile.values()]));
  }

  stop(): void {
    this.#controls.stop();
    this.#stored.stop();
  }

  /** Every camera, those included that cannot run. */
  views(): readonly Camera[] {
    const { running } = this.#options;
    return [...running.pipelines.map((pipeline) => this.#fullView(pipeline)), ...[...this.#added.keys()].flatMap((id) => this.brokenView(id) ?? [])];
  }

  /** @throws RecorderError `CAMERA_NOT_FOUND`. */
  view(id: CameraId): Camera {
    const pipeline = this.#options.running.pipeline(id);
    const view = pipeline === undefined ? this.brokenView(id) : this.#fullView(pipeline);
    if (view === undefined) throw notFound(id);
    return view;
  }

  /** A camera that cannot run, as people see it. */
  brokenView(id: CameraId): Camera | undefined {
    const added = this.#added.get(id);
    if (added === undefined || !('problems' in added) || this.#ofFile.has(id)) return undefined;
    return this.#withMore(brokenCameraView(id, { tree: added.tree, problems: added.problems, since: this.#stored.readAtMs }));
  }

  /** @throws RecorderError `CAMERA_EXISTS`, `CAMERA_INVALID`, `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async create(input: CameraInput): Promise<Camera> {
    const { id } = input;
    const { begun } = await this.#inTurn(async () => {
      if (this.#isKnown(id)) throw new RecorderError('CAMERA_EXISTS', `there is a camera ${JSON.stringify(id)} already`);
      if (this.#ofFile.size + this.#added.size >= MOST_CAMERAS)
        throw new DetailedError('CAMERA_INVALID', [{ path: '', message: `there are ${MOST_CAMERAS} cameras already, which is the most a recorder takes` }]);
      return this.#keep(id, { ...input });
    });
    await begun;
    return this.view(id);
  }

  /**
   * Changes a camera by a JSON merge patch.
   *
   * @throws RecorderError `CAMERA_NOT_FOUND`, `CAMERA_PROVISIONED`, `CAMERA_INVALID`, `DATABASE_BUSY`, `DATABASE_FAILED`.
   */
  async update(id: CameraId, changes: CameraTree): Promise<Camera> {
    const { begun } = await this.#inTurn(async () => {
      const { tree } = this.#addedOrRefuse(id);
      if (changes['id'] !== undefined && changes['id'] !== id)
        throw new DetailedError('CAMERA_INVALID', [{ path: 'id', message: 'the id of a camera stays; another id is another camera' }]);
      return this.#keep(id, unmasked({ ...mergeCamera(tree, changes), id }, tree));
    });
    await begun;
    return this.view(id);
  }

  /** Its events stay. @throws RecorderError `CAMERA_NOT_FOUND`, `CAMERA_PROVISIONED`, `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async remove(id: CameraId): Promise<void> {
    const { ended } = await this.#inTurn(async () => {
      this.#addedOrRefuse(id);
      await this.#stored.delete(id);
      const wasBroken = this.brokenView(id) !== undefined;
      this.#added.delete(id);
      await this.#controls.forget(id);
      this.#options.alerts.clear(invalidAlert(id));
      if (wasBroken) this.#options.onBroken(id);
      return { ended: this.#options.running.remove(id) };
    });
    await ended;
  }

  /** Makes the cameras of the file those of a newly read one. Resolves when each is as it should be. */
  async takeFile(cameras: readonly CameraSettings[]): Promise<CameraChanges> {
    const changes = { started: [] as CameraId[], stopped: [] as CameraId[], restarted: [] as CameraId[], updated: [] as CameraId[] };
    const { ended } = await this.#inTurn(async () => {
      const before = this.#ofFile;
      this.#ofFile = new Map(cameras.map((camera) => [camera.id, camera]));
      const ids = new Set([...before.keys(), ...this.#ofFile.keys()]);
      const ended = Promise.all([...ids].map((id) => this.#follow(id, before.get(id) ?? this.#settingsOf(id), changes)));
      // One that fails while the database is written is told below, and must not be nobody's until then.
      ended.catch(() => undefined);
      await this.#stored.note(cameras);
      return { ended };
    });
    await ended;
    return changes;
  }

  /** Runs what is in force of a camera now that the file says something else of it. */
  #follow(id: CameraId, before: CameraSettings | undefined, changes: Readonly<Record<keyof CameraChanges, CameraId[]>>): Promise<void> {
    const { running, alerts } = this.#options;
    const after = this.#ofFile.get(id) ?? this.#settingsOf(id);
    this.#tellShadow(id);
    if (this.#ofFile.has(id)) alerts.clear(invalidAlert(id));
    else if (this.#added.has(id)) this.#tellInvalid(id);
    if (after === undefined) {
      if (before !== undefined) changes.stopped.push(id);
      return running.remove(id);
    }
    const needs = before === undefined ? undefined : cameraNeeds(before, after);
    if (before === undefined) changes.started.push(id);
    else if (needs === 'camera' || needs === 'server') changes.restarted.push(id);
    else if (needs !== undefined) changes.updated.push(id);
    return running.set(this.#inForce(after));
  }

  /** Checks settings, keeps them and sets the camera going. `begun`: until it runs so. */
  async #keep(id: CameraId, tree: CameraTree): Promise<{ readonly begun: Promise<void> }> {
    const loaded = this.#load(tree);
    if ('problems' in loaded) throw new DetailedError('CAMERA_INVALID', loaded.problems);
    await this.#stored.put(id, tree);
    this.#added.set(id, { tree, ...loaded });
    this.#options.alerts.clear(invalidAlert(id));
    return { begun: this.#options.running.set(this.#inForce(loaded.camera)) };
  }

  async #takeStored(rows: ReadonlyMap<CameraId, unknown>): Promise<void> {
    const { running, missingSince, env } = this.#options;
    for (const [id, settings] of rows) {
      if (!isId(id)) {
        env.log.error('a camera of the database has an id that none can have; it is left alone', { camera: id });
        continue;
      }
      const tree: CameraTree = { ...(typeof settings === 'object' && !Array.isArray(settings) ? settings : {}), id };
      this.#added.set(id, { tree, ...this.#load(tree) });
      this.#tellShadow(id);
      const camera = this.#settingsOf(id);
      if (this.#ofFile.has(id)) continue;
      if (camera === undefined) this.#tellInvalid(id);
      else await running.set(this.#inForce(camera), await missingSince(id));
    }
  }

  #load(tree: CameraTree): LoadedCamera {
    const { config, env } = this.#options;
    const { file, storage } = config();
    return loadCamera(tree, { world: env.configWorld, folder: dirname(file), areas: storage.areas.map(({ id }) => id) });
  }

  #settingsOf(id: CameraId): CameraSettings | undefined {
    const added = this.#added.get(id);
    return added !== undefined && 'camera' in added ? added.camera : undefined;
  }

  #isKnown(id: CameraId): boolean {
    return this.#ofFile.has(id) || this.#added.has(id);
  }

  #addedOrRefuse(id: CameraId): Added {
    if (this.#ofFile.has(id)) throw new RecorderError('CAMERA_PROVISIONED', `camera ${id} stands in the configuration file; change it there and reload`);
    const added = this.#added.get(id);
    if (added === undefined) throw notFound(id);
    return added;
  }

  #tellShadow(id: CameraId): void {
    const { alerts } = this.#options;
    const alert = `camera-twice-${id}`;
    if (!this.#ofFile.has(id) || !this.#added.has(id)) return alerts.clear(alert);
    const text = `camera ${id} stands in the configuration file and was also added over the API: what the file says is in force; take it out of the file, or give it another id there`;
    alerts.raise({ id: alert, level: 'warning', text, cameraId: id });
  }

  /** Of every camera of the file and of the database, also of those that cannot run. */
  get ids(): readonly CameraId[] {
    const { cameras } = this.#options.config();
    return [...new Set([...cameras.map(({ id }) => id), ...this.#ofFile.keys(), ...this.#added.keys()])];
  }

  #tellInvalid(id: CameraId): void {
    const { alerts, onBroken } = this.#options;
    const view = this.brokenView(id);
    if (view === undefined) return;
    alerts.raise({ id: invalidAlert(id), level: 'error', text: `camera ${id} is not recorded: ${view.state.problem}`, cameraId: id });
    onBroken(id);
  }

  /** A camera that runs, as everybody who may see it sees it. */
  runningView(pipeline: Pipeline): Camera {
    const known = { state: pipeline.state(), streams: pipeline.streams(), switched: this.#controls.of(pipeline.id), siteArmed: this.controls.armed };
    return this.#withMore(cameraView(this.#configured(pipeline.id) ?? pipeline.camera, known));
  }

  /** With its number, and what is recorded of it. */
  #withMore(camera: Camera): Camera {
    const number = this.#options.numberOf(camera.id);
    return { ...camera, ...(number === undefined ? {} : { number }), state: { ...camera.state, ...this.recorded.of(camera.id) } };
  }

  #fullView(pipeline: Pipeline): Camera {
    const { id, camera } = pipeline;
    return { ...this.runningView(pipeline), settings: settingsView(this.#configured(id) ?? camera), provisioned: this.#ofFile.has(id) };
  }

  /** The switches of the recorder. */
  get controls(): RecorderControls {
    return this.#controls.recorder;
  }

  /** @throws RecorderError `INPUT_INVALID`, `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async setControls(changes: Partial<RecorderControls>): Promise<RecorderControls> {
    const { begun } = await this.#inTurn(async () => {
      await this.#controls.putRecorder(changes);
      return { begun: this.#switchAll() };
    });
    await begun;
    return this.controls;
  }

  /**
   * Switches something of a camera, wherever its settings stand.
   *
   * @throws RecorderError `CAMERA_NOT_FOUND`, `INPUT_INVALID`, `DATABASE_BUSY`, `DATABASE_FAILED`.
   */
  async setCameraControls(id: CameraId, changes: Partial<CameraControls>): Promise<Camera> {
    checkControls(changes);
    await this.#switch(id, async (camera) => {
      await this.#controls.put(id, switchControls(camera, this.#controls.kept(id), changes));
      if (changes.detection !== undefined) this.#controls.suspendDetection(id, false);
    });
    return this.view(id);
  }

  /** Motion of a camera does not count, or does again, until somebody switches detection or the recorder starts again. @throws RecorderError `CAMERA_NOT_FOUND`. */
  async suspendDetection(id: CameraId, isSuspended: boolean): Promise<void> {
    await this.#switch(id, async () => this.#controls.suspendDetection(id, isSuspended));
  }

  /** Resolves when what was switched is in force. @throws RecorderError `CAMERA_NOT_FOUND`, and what `decide` throws. */
  async #switch(id: CameraId, decide: (camera: CameraSettings) => Promise<void>): Promise<void> {
    const { begun } = await this.#inTurn(async () => {
      const camera = this.#configured(id);
      if (camera === undefined) throw notFound(id);
      await decide(camera);
      return { begun: this.#options.running.set(this.#inForce(camera)) };
    });
    await begun;
  }

  async #switchAll(): Promise<void> {
    const { running } = this.#options;
    const cameras = running.pipelines.flatMap(({ id }) => this.#configured(id) ?? []);
    await Promise.all(cameras.map((camera) => running.set(this.#inForce(camera))));
  }

  #inForce(camera: CameraSettings): CameraSettings {
    return settingsInForce(camera, this.#controls.of(camera.id), this.controls.armed);
  }

  /** What the file or the database says of a camera. */
  #configured(id: CameraId): CameraSettings | undefined {
    return this.#ofFile.get(id) ?? this.#settingsOf(id);
  }

  /** Decisions come one after the other. None of them waits for a camera or a viewer. */
  #inTurn<T>(decide: () => Promise<T>): Promise<T> {
    const decided = this.#turn.then(decide);
    this.#turn = decided.catch(() => undefined);
    return decided;
  }
}

const invalidAlert = (id: CameraId): string => `camera-invalid-${id}`;

const notFound = (id: CameraId): RecorderError => new RecorderError('CAMERA_NOT_FOUND', `there is no camera ${JSON.stringify(id)}`);

/** Passwords that were masked are those from before. */
function unmasked(tree: CameraTree, before: CameraTree): CameraTree {
  const known = [before['source'], detectSourceOf(before)].filter((source) => typeof source === 'string');
  const fill = (source: unknown): unknown => (typeof source === 'string' ? (unmaskSource(source, known) ?? source) : source);
  const { source, detect } = tree;
  return {
    ...tree,
    ...(source === undefined ? {} : { source: fill(source) }),
    ...(typeof detect === 'object' && detect !== null && 'source' in detect ? { detect: { ...detect, source: fill(detect.source) } } : {}),
  };
}

const detectSourceOf = ({ detect }: CameraTree): unknown => (typeof detect === 'object' && detect !== null && 'source' in detect ? detect.source : undefined);
