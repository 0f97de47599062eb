// Numbers of cameras for those who know cameras by number, as ZoneMinder's monitors: kept in the database, and never given twice.
import type { AlertBoard } from '../events/alert-board.ts';
import type { CameraId } from '../model/ids.ts';
import type { Environment } from './environment.ts';
import { FirstRead } from './first-read.ts';
import { MONITOR_NUMBERS } from './stored-settings.ts';

/** An id that is a number itself. */
const NUMERIC = /^[1-9][0-9]{0,8}$/;
const WRITE_AGAIN_MS = 5000;

/** What numbers need. */
export interface MonitorNumbersOptions {
  readonly env: Environment;
  readonly alerts: AlertBoard;
  /** Cameras there are now. */
  ids(): readonly CameraId[];
  /** They were read. */
  onRead(): void;
}

/** Who has which number. A camera that is gone keeps its own: it may come back, and scripts that mean it must not reach another. */
export class MonitorNumbers {
  readonly #options: MonitorNumbersOptions;
  readonly #numbers = new Map<CameraId, number>();
  readonly #owners = new Map<number, CameraId>();
  readonly #first: FirstRead;
  #isChanged = false;
  #writing: Promise<void> = Promise.resolve();
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(options: MonitorNumbersOptions) {
    this.#options = options;
    this.#first = new FirstRead({
      env: options.env,
      alerts: options.alerts,
      what: 'monitor-numbers',
      meanwhile: 'cameras are known by id only, not by number,',
      read: async () => {
        const stored = (await options.env.storedSettings.all()).get(MONITOR_NUMBERS);
        for (const [id, number] of Object.entries(typeof stored === 'object' && stored !== null ? stored : {}))
          if (Number.isSafeInteger(number) && !this.#owners.has(number)) this.#own(id, number);
      },
      onRead: async () => {
        for (const id of options.ids()) this.of(id);
        options.onRead();
      },
    });
  }

  /** Reads them, and tries again until it works. Never rejects. */
  read(): Promise<void> {
    return this.#first.run();
  }

  /** The number of a camera, which gets one with this where it has none; `undefined` while nobody knows which are taken. */
  of(id: CameraId): number | undefined {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    if (!this.#first.isDone) return NUMERIC.test(id) ? Number(id) : undefined;
    const number = NUMERIC.test(id) && !this.#owners.has(Number(id)) ? Number(id) : this.#free();
    this.#own(id, number);
    this.#isChanged = true;
    this.#write();
    return number;
  }

  /** The camera of a number or an id, written as such; `undefined` where there is none now. Numbers come first: what a script meant once it means for ever. */
  find(name: string): CameraId | undefined {
    const ids = this.#options.ids();
    const owner = NUMERIC.test(name) ? this.#owners.get(Number(name)) : undefined;
    if (owner !== undefined && ids.includes(owner)) return owner;
    return ids.includes(name) ? name : undefined;
  }

  /** What is new is written before this resolves, if the database takes it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#first.stop();
    this.#cancel();
    await this.#writing;
  }

  #own(id: CameraId, number: number): void {
    this.#numbers.set(id, number);
    this.#owners.set(number, id);
  }

  /** The least that nobody ever had, and no camera has for an id. */
  #free(): number {
    const ids = new Set(this.#options.ids());
    let number = 1;
    while (this.#owners.has(number) || ids.has(String(number))) number += 1;
    return number;
  }

  /** Several that are given at once are written at once. */
  #write(): void {
    const { env } = this.#options;
    this.#writing = this.#writing.then(async () => {
      if (!this.#isChanged) return;
      this.#isChanged = false;
      try {
        await env.storedSettings.put(MONITOR_NUMBERS, Object.fromEntries(this.#numbers));
      } catch (error) {
        this.#isChanged = true;
        env.log.warn(`numbers of cameras could not be written; trying again: ${String(error)}`);
        if (!this.#isStopped) this.#cancel = env.clock.after(WRITE_AGAIN_MS, () => this.#write());
      }
    });
  }
}
