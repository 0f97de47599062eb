// Where every outside signal arrives, whoever brings it (HTTP, lines, MQTT, schedules): it decides what all of them force on
// a camera, tells the camera, and says what came of it.
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraFunction } from '../model/camera.ts';
import type { CameraId } from '../model/ids.ts';
import { NOTHING_FORCED, type TriggerAction, type TriggerAnswer, type TriggerRules, type TriggerSignal, type TriggerState } from '../model/trigger.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { RateLimiter } from '../util/rate-limiter.ts';
import { checkSignal } from './check-signal.ts';
import { SignalBoard } from './signal-board.ts';
import { BURST_SECONDS, MOST_SOURCES } from './trigger-limits.ts';

/** How long an answer waits for the event to have its place; beyond, the event comes without it. */
const ANSWER_WITHIN_MS = 1500;
/** Sources of whose rate account is kept; names are free to choose. */
const MOST_RATED = 1000;

/** A camera, as signals see it. */
export interface TriggeredCamera {
  readonly function: CameraFunction;
  /** Nothing is recorded because somebody switched that off. */
  readonly isRecordingOff?: boolean;
  setTriggers(state: TriggerState): void;
  /** The event that is recorded now, once others can look it up; when `deadline` aborts, what is known of it. */
  currentEvent(deadline: AbortSignal): Promise<TriggerAnswer>;
}

/** What the hub needs. */
export interface TriggerHubOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly feed: ChangePublisher;
  /** The rules in force. */
  rules(): TriggerRules;
  /** `undefined` also while a camera is being connected to anew with other settings; `restore` tells it then. */
  camera(id: CameraId): TriggeredCamera | undefined;
}

/** The hub of one recorder. What it holds is in memory: a recorder that starts again leaves cameras to motion. */
export class TriggerHub {
  readonly #options: TriggerHubOptions;
  readonly #boards = new Map<CameraId, SignalBoard>();
  readonly #received = { on: 0, off: 0, cancel: 0, pulse: 0, show: 0 };
  readonly #rates: RateLimiter;
  /** Words of `cancel` that do not count yet, by camera and source: how to take them back. */
  readonly #settling = new Map<string, () => void>();

  constructor(options: TriggerHubOptions) {
    this.#options = options;
    this.#rates = new RateLimiter(() => {
      const { maxPerSecond } = options.rules();
      return { perSecond: maxPerSecond, burst: maxPerSecond * BURST_SECONDS };
    }, MOST_RATED);
  }

  /** Signals taken so far. */
  get received(): Readonly<Record<TriggerAction, number>> {
    return this.#received;
  }

  /** What is forced on a camera now. */
  state(id: CameraId): TriggerState {
    return this.#boards.get(id)?.state ?? NOTHING_FORCED;
  }

  /**
   * Takes a signal; of `on` and `pulse`, resolves with the event within 1.5 s, or with nothing where recording is switched off.
   *
   * @param isPaced - Whoever brings it takes care of the rate.
   * @throws RecorderError `INPUT_INVALID`, `CAMERA_NOT_FOUND`, `CAMERA_CANNOT` where the camera's function records nothing,
   * `TRIGGERS_FULL`, `TOO_MANY_REQUESTS`.
   */
  async signal(given: TriggerSignal, isPaced = false): Promise<TriggerAnswer> {
    checkSignal(given);
    const { cameraId, action, source } = given;
    const { log, feed, clock } = this.#options;
    const camera = this.#options.camera(cameraId);
    if (camera === undefined) throw new RecorderError('CAMERA_NOT_FOUND', `there is no camera ${JSON.stringify(cameraId)}`);
    // Nothing can be forced on it, but a bell is heard also where nobody wants to keep what it rings for.
    const isOnlyTold = camera.isRecordingOff === true && (action === 'on' || action === 'pulse');
    if (!isOnlyTold) refuseWhereNothing(action, camera.function, cameraId);
    const board = this.#board(cameraId);
    if (action !== 'off' && action !== 'cancel' && board.isFullFor(source, MOST_SOURCES))
      throw new RecorderError('TRIGGERS_FULL', `${MOST_SOURCES} sources hold camera ${cameraId} already`);
    // Whoever holds a camera may always let it go.
    const isFree = isPaced || (action === 'cancel' && board.holds(source));
    if (!isFree && this.#rates.take(clock.monotonic(), source) > 0) throw tooMany(source, this.#options.rules().maxPerSecond);
    const signal = action === 'pulse' ? { ...given, durationMs: given.durationMs ?? this.#options.rules().pulseMs } : given;
    const { durationMs } = signal;
    this.#received[action] += 1;
    log.info(`trigger ${action} by ${source}${durationMs === undefined ? '' : ` for ${durationMs / 1000} s`}`, { camera: cameraId, source });
    feed.publish({ type: 'trigger.received', data: { cameraId, action, source, ...(given.cause === undefined ? {} : { cause: given.cause }) } });
    if (isOnlyTold || this.#settle(signal, board)) return {};
    this.#take(signal, board);
    return action === 'on' || action === 'pulse' ? this.#answer(camera) : {};
  }

  /** A camera's pipeline began (again): what was forced on the camera still is, as far as its function allows. */
  restore(id: CameraId): void {
    const kind = this.#options.camera(id)?.function;
    if (kind === 'none') this.forget(id);
    else if (kind === 'monitor') this.#boards.get(id)?.free();
    if (this.#boards.has(id)) this.#apply(id);
  }

  /** A camera is gone. */
  forget(id: CameraId): void {
    this.#unsettleAll(id);
    this.#boards.get(id)?.clear();
    this.#boards.delete(id);
  }

  /** Lets go of everything; cameras are not told. */
  stop(): void {
    for (const id of [...this.#boards.keys()]) this.forget(id);
  }

  #board(id: CameraId): SignalBoard {
    const known = this.#boards.get(id);
    if (known !== undefined) return known;
    const board = new SignalBoard(this.#options.clock, (what) => {
      this.#options.log.info(`${what} is over`, { camera: id });
      this.#apply(id);
    });
    this.#boards.set(id, board);
    return board;
  }

  #take(signal: TriggerSignal, board: SignalBoard): void {
    const { action, cameraId, source, showText = '' } = signal;
    if (action === 'on' || action === 'pulse') board.on(signal);
    else if (action === 'off') board.off(signal);
    else if (action === 'cancel') board.cancel(source);
    if (action === 'show' || ((action === 'off' || action === 'cancel') && showText !== '')) board.show(signal);
    this.#apply(cameraId);
  }

  /** A contact that bounces says `on` and `cancel` many times: a `cancel` waits until its source is quiet. @returns Whether it does. */
  #settle(signal: TriggerSignal, board: SignalBoard): boolean {
    const { clock, rules } = this.#options;
    const { action, cameraId, source } = signal;
    const key = `${cameraId}\n${source}`;
    if (action === 'off') this.#unsettleAll(cameraId);
    else if (action !== 'show') this.#unsettle(key);
    const { debounceMs } = rules();
    if (action !== 'cancel' || debounceMs <= 0 || !board.holds(source)) return false;
    const stop = clock.after(debounceMs, () => {
      this.#settling.delete(key);
      this.#take(signal, this.#board(cameraId));
    });
    this.#settling.set(key, stop);
    return true;
  }

  #unsettleAll(id: CameraId): void {
    for (const key of [...this.#settling.keys()]) if (key.startsWith(`${id}\n`)) this.#unsettle(key);
  }

  #unsettle(key: string): void {
    this.#settling.get(key)?.();
    this.#settling.delete(key);
  }

  #apply(id: CameraId): void {
    const state = this.state(id);
    if (this.#boards.get(id)?.isEmpty === true) this.#boards.delete(id);
    this.#options.camera(id)?.setTriggers(state);
  }

  async #answer(camera: TriggeredCamera): Promise<TriggerAnswer> {
    const deadline = new AbortController();
    const cancel = this.#options.clock.after(ANSWER_WITHIN_MS, () => deadline.abort('timeout'));
    try {
      return await camera.currentEvent(deadline.signal);
    } finally {
      cancel();
    }
  }
}

function refuseWhereNothing(action: TriggerAction, kind: CameraFunction, id: CameraId): void {
  if (action === 'cancel' || (kind !== 'none' && kind !== 'monitor')) return;
  if (action !== 'show') throw new RecorderError('CAMERA_CANNOT', `camera ${id} records nothing (function ${kind}), so nothing can trigger it`);
  if (kind === 'none') throw new RecorderError('CAMERA_CANNOT', `camera ${id} makes no pictures (function none), so nothing can be shown on them`);
}

const tooMany = (source: string, perSecond: number): RecorderError =>
  new RecorderError('TOO_MANY_REQUESTS', `${source} sends more than ${perSecond} signals a second (triggers.maxPerSecond)`, {
    context: { retryAfterSeconds: 1 },
  });
