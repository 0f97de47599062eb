// The cameras of the database: read until they were read, written patiently; a database that is away is never in the way of a camera.
import { cameraWords } from '../config/camera-words.ts';
import type { CameraTree } from '../config/merge-camera.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import type { CameraSettings } from '../model/camera.ts';
import type { CameraId } from '../model/ids.ts';
import type { WallMs } from '../model/time.ts';
import type { StoredCamera } from '../ports/camera-store.ts';
import type { Environment } from './environment.ts';
import { FirstRead } from './first-read.ts';
import { patiently } from './patiently.ts';

/** What reading and writing need, and who takes what was read. */
export interface StoredCamerasOptions {
  readonly env: Environment;
  readonly alerts: AlertBoard;
  /** Settings by id of the cameras that were added; called once. */
  onRead(rows: ReadonlyMap<CameraId, unknown>): Promise<void>;
}

/** Reads once, writes often. */
export class StoredCameras {
  readonly #options: StoredCamerasOptions;
  /** What was written of cameras of the file, by id, as JSON. */
  readonly #noted = new Map<CameraId, string>();
  readonly #first: FirstRead;
  #rows: readonly StoredCamera[] = [];
  #readAtMs: WallMs;

  constructor(options: StoredCamerasOptions) {
    const { env, onRead } = options;
    this.#options = options;
    this.#readAtMs = env.clock.wall();
    this.#first = new FirstRead({
      ...options,
      what: 'cameras',
      meanwhile: 'cameras that were added over the API are not recorded',
      read: async () => {
        this.#rows = await env.storedCameras.list();
      },
      onRead: () => {
        this.#readAtMs = env.clock.wall();
        const rows = this.#rows;
        this.#rows = [];
        for (const { id, settings, provisioned } of rows) if (provisioned) this.#noted.set(id, JSON.stringify(settings));
        return onRead(new Map(rows.filter(({ provisioned }) => !provisioned).map(({ id, settings }) => [id, settings])));
      },
    });
  }

  /** When they were read. */
  get readAtMs(): WallMs {
    return this.#readAtMs;
  }

  /** Reads them, and tries again until it works. Never rejects. */
  read(): Promise<void> {
    return this.#first.run();
  }

  stop(): void {
    this.#first.stop();
  }

  /** @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async put(id: CameraId, settings: CameraTree): Promise<void> {
    this.#refuseUnread();
    const { clock, storedCameras } = this.#options.env;
    await patiently(clock, () => storedCameras.put({ id, settings, provisioned: false }));
    this.#noted.delete(id);
  }

  /** @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async delete(id: CameraId): Promise<void> {
    this.#refuseUnread();
    const { clock, storedCameras } = this.#options.env;
    await patiently(clock, () => storedCameras.delete(id));
  }

  /** Notes which cameras stand in the file, without their passwords. What was added under the same id stays. Never rejects. */
  async note(cameras: readonly CameraSettings[]): Promise<void> {
    const { env } = this.#options;
    if (!this.#first.isDone) return;
    try {
      const added = new Set((await env.storedCameras.list()).flatMap(({ id, provisioned }) => (provisioned ? [] : [id])));
      for (const camera of cameras) {
        const settings = cameraWords(camera);
        const text = JSON.stringify(settings);
        if (added.has(camera.id) || this.#noted.get(camera.id) === text) continue;
        await env.storedCameras.put({ id: camera.id, settings, provisioned: true });
        this.#noted.set(camera.id, text);
      }
      for (const id of [...this.#noted.keys()].filter((known) => !cameras.some((camera) => camera.id === known))) {
        await env.storedCameras.delete(id);
        this.#noted.delete(id);
      }
    } catch (error) {
      env.log.warn(`the cameras of the file could not be noted in the database: ${RecorderError.wrap(error, 'DATABASE_FAILED', 'noting').message}`);
    }
  }

  /** Who writes before reading might write over what is there. */
  #refuseUnread(): void {
    if (!this.#first.isDone) throw new RecorderError('DATABASE_BUSY', 'the cameras of the database were not read yet');
  }
}
