// The switches of the recorder and its cameras: kept in the database, read before cameras start, in force at once.
import type { CameraControls, RecorderControls } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import type { SwitchedControls } from '../model/camera-controls.ts';
import { type CameraId, isId } from '../model/ids.ts';
import type { Environment } from './environment.ts';
import { FirstRead } from './first-read.ts';
import { patiently } from './patiently.ts';
import { CONTROLS, CONTROLS_OF } from './stored-settings.ts';

/** What the desk needs. */
export interface ControlDeskOptions {
  readonly env: Environment;
  readonly alerts: AlertBoard;
  /** They were read, later than cameras waited for them. */
  onRead(): Promise<unknown>;
}

const MODES: readonly unknown[] = ['off', 'motion', 'continuous'] satisfies readonly CameraControls['recordMode'][];
const SWITCHES = ['enabled', 'armed', 'detection', 'record', 'privacy'] as const satisfies readonly (keyof CameraControls)[];

/** Keeps switches. */
export class ControlDesk {
  readonly #options: ControlDeskOptions;
  readonly #ofCameras = new Map<CameraId, SwitchedControls>();
  readonly #suspended = new Set<CameraId>();
  readonly #first: FirstRead;
  #ofRecorder: RecorderControls = { armed: true };

  constructor(options: ControlDeskOptions) {
    this.#options = options;
    this.#first = new FirstRead({
      ...options,
      what: 'switches',
      meanwhile: 'cameras follow their settings alone',
      read: async () => {
        for (const [name, value] of await options.env.storedSettings.all()) this.#take(name, value);
      },
    });
  }

  /** What stands switched of a camera now. */
  of(id: CameraId): SwitchedControls {
    return this.#suspended.has(id) ? { ...this.kept(id), detection: false } : this.kept(id);
  }

  /** The same without what a restart ends. */
  kept(id: CameraId): SwitchedControls {
    return this.#ofCameras.get(id) ?? {};
  }

  /** Motion does not count for a while: not kept, so that a restart never leaves a camera blind. */
  suspendDetection(id: CameraId, isSuspended: boolean): void {
    if (isSuspended) this.#suspended.add(id);
    else this.#suspended.delete(id);
  }

  get recorder(): RecorderControls {
    return this.#ofRecorder;
  }

  /** Reads them, and tries again until it works. Never rejects. */
  read(): Promise<void> {
    return this.#first.run();
  }

  stop(): void {
    this.#first.stop();
  }

  /** @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`; nothing is switched then. */
  async put(id: CameraId, switched: SwitchedControls): Promise<void> {
    await this.#write(`${CONTROLS_OF}${id}`, switched);
    this.#ofCameras.set(id, switched);
  }

  /** @throws RecorderError `INPUT_INVALID`, `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async putRecorder(changes: Partial<RecorderControls>): Promise<RecorderControls> {
    if (changes.armed !== undefined && typeof changes.armed !== 'boolean') throw new RecorderError('INPUT_INVALID', 'armed is true or false');
    const next = { ...this.#ofRecorder, ...changes };
    await this.#write(CONTROLS, next);
    this.#ofRecorder = next;
    return next;
  }

  /** A camera is gone for good. Never rejects: what is left over does no harm. */
  async forget(id: CameraId): Promise<void> {
    this.#suspended.delete(id);
    if (!this.#ofCameras.delete(id)) return;
    const { clock, storedSettings, log } = this.#options.env;
    await patiently(clock, () => storedSettings.delete(`${CONTROLS_OF}${id}`)).catch((error: unknown) =>
      log.warn(`the switches of ${id} could not be forgotten: ${String(error)}`),
    );
  }

  async #write(name: string, value: object): Promise<void> {
    const { clock, storedSettings } = this.#options.env;
    if (!this.#first.isDone) throw new RecorderError('DATABASE_BUSY', 'the switches of the database were not read yet');
    await patiently(clock, () => storedSettings.put(name, value));
  }

  /** What another version may have written counts as far as it is understood. */
  #take(name: string, value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    if (name === CONTROLS && 'armed' in value && typeof value.armed === 'boolean') this.#ofRecorder = { armed: value.armed };
    const id = name.slice(CONTROLS_OF.length);
    if (name.startsWith(CONTROLS_OF) && isId(id)) this.#ofCameras.set(id, understood(value));
  }
}

/** @throws RecorderError `INPUT_INVALID`, in one sentence about each mistake. */
export function checkControls(changes: Partial<CameraControls>): void {
  const { recordMode, sensitivity, record } = changes;
  const faults = [
    ...SWITCHES.filter((name) => changes[name] !== undefined && typeof changes[name] !== 'boolean').map((name) => `${name} is true or false`),
    ...(recordMode === undefined || MODES.includes(recordMode) ? [] : [`recordMode is one of ${MODES.join(', ')}`]),
    ...(sensitivity === undefined || (sensitivity >= 0 && sensitivity <= 100) ? [] : ['sensitivity is a number from 0 to 100']),
    ...(record === true && recordMode === 'off' ? ['record and recordMode off contradict each other'] : []),
  ];
  if (faults.length > 0) throw new RecorderError('INPUT_INVALID', faults.join('; '));
}

function understood(value: object): SwitchedControls {
  const fields: Partial<Record<keyof CameraControls, unknown>> = { ...value };
  const switches = SWITCHES.filter((name) => name !== 'record' && typeof fields[name] === 'boolean').map((name) => [name, fields[name]]);
  return {
    ...Object.fromEntries(switches),
    ...(fields.record === false ? { record: false } : {}),
    ...(MODES.includes(fields.recordMode) ? { recordMode: fields.recordMode } : {}),
    ...(typeof fields.sensitivity === 'number' ? { sensitivity: fields.sensitivity } : {}),
  };
}
