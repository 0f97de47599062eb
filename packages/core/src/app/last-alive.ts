// When the recorder was last alive, kept where the next start finds it: what passed meanwhile is missing, and nothing else tells since when.
import type { CameraFunction } from '../model/camera.ts';
import type { OpenGap } from '../model/gap.ts';
import type { CameraId } from '../model/ids.ts';
import { type WallMs, wallMs } from '../model/time.ts';
import { within } from '../util/within.ts';
import type { Environment } from './environment.ts';
import { LAST_ALIVE } from './stored-settings.ts';

/** How much earlier than it was the end of a recorder may seem that was killed. */
const EVERY_MS = 15_000;

/** What is kept. */
interface Note {
  readonly atMs: WallMs;
  /** It stopped in order; else it may have run a little longer. */
  readonly isStopped: boolean;
  /** Of every camera that ran. */
  readonly functions: Readonly<Record<CameraId, CameraFunction>>;
}

/** What the note is made from. */
export interface LastAliveOptions {
  readonly env: Pick<Environment, 'clock' | 'log' | 'events' | 'storedSettings'>;
  /** What every camera that runs is there for. */
  functions(): Readonly<Record<CameraId, CameraFunction>>;
}

/** Notes that the recorder is alive, and says since when footage is missing that it could not record. A database that is away costs the note only. */
export class LastAlive {
  readonly #options: LastAliveOptions;
  #before: Note | undefined;
  #hasStarted = false;
  #writing: Promise<void> | undefined;
  #stopRepeating: () => void = () => undefined;

  constructor(options: LastAliveOptions) {
    this.#options = options;
  }

  /** Reads what the recorder before left; after `withinMs` it stays unknown. Never rejects. */
  async read(withinMs: number): Promise<void> {
    const { clock, log, storedSettings } = this.#options.env;
    const reading = storedSettings.all().then(
      (values) => {
        const note = values.get(LAST_ALIVE);
        if (isNote(note)) this.#before = note;
      },
      (error: unknown) => log.warn(`since when the recorder was away is not known: ${String(error)}`),
    );
    await within(clock, withinMs, reading);
  }

  /** Notes it now and from time to time; returns at once. */
  start(): void {
    const { clock } = this.#options.env;
    this.#hasStarted = true;
    this.#note(false);
    this.#stopRepeating = clock.every(EVERY_MS, () => this.#note(false));
  }

  /** Notes nothing more while the recorder stops. */
  pause(): void {
    this.#stopRepeating();
  }

  /** Everything of before `atMs` is closed, and nothing is recorded from then on. Never rejects. */
  async stopped(atMs: WallMs): Promise<void> {
    // A recorder that never ran through has not taken over from the one before.
    if (!this.#hasStarted) return;
    await this.#writing;
    this.#note(true, atMs);
    await this.#writing;
  }

  /** Since when footage of a camera is missing that the recorder before would have recorded. Never rejects. */
  async missingSince(cameraId: CameraId): Promise<OpenGap | undefined> {
    const was = this.#before?.functions[cameraId];
    if (this.#before === undefined || was === undefined || was === 'none' || was === 'monitor') return undefined;
    const { atMs, isStopped } = this.#before;
    const [newest] = await this.#options.env.events.list({ cameraId, limit: 1 }).catch(() => []);
    const recordsAlways = was === 'record' || was === 'mocord';
    // Of what is always recorded the last frame says it best; what was missing before a stop in order is in the ledger already.
    const sinceMs = newest === undefined ? atMs : recordsAlways && !isStopped ? newest.endMs : Math.max(newest.endMs, atMs);
    return { sinceMs: wallMs(sinceMs), reason: 'recorder-stopped' };
  }

  /** A note that still waits for the database stands for this one. */
  #note(isStopped: boolean, atMs = this.#options.env.clock.wall()): void {
    const { env, functions } = this.#options;
    if (this.#writing !== undefined) return;
    const note: Note = { atMs, isStopped, functions: functions() };
    this.#writing = env.storedSettings
      .put(LAST_ALIVE, note)
      .catch((error: unknown) => env.log.debug(`that the recorder is alive could not be noted: ${String(error)}`))
      .finally(() => {
        this.#writing = undefined;
      });
  }
}

function isNote(value: unknown): value is Note {
  if (typeof value !== 'object' || value === null) return false;
  const { atMs, functions } = value as Partial<Note>;
  return Number.isFinite(atMs) && typeof functions === 'object' && functions !== null;
}
