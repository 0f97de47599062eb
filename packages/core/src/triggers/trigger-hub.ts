// Where every outside signal arrives, whoever brings it (HTTP, later sockets, MQTT, schedules): it decides what all of them force on
// a camera, tells the camera, and says what came of it.
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraFunction } from '../model/camera.ts';
import type { CameraId } from '../model/ids.ts';
import { NOTHING_FORCED, type TriggerAnswer, type TriggerSignal, type TriggerState } from '../model/trigger.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { checkSignal } from './check-signal.ts';
import { SignalBoard } from './signal-board.ts';
import { MOST_SOURCES } from './trigger-limits.ts';

/** How long an answer waits for the event to have its place; beyond, the event comes without it. */
const ANSWER_WITHIN_MS = 1500;

/** A camera, as signals see it. */
export interface TriggeredCamera {
  readonly function: CameraFunction;
  setTriggers(state: TriggerState): void;
  /** The event that is recorded now, once others can look it up; when `deadline` aborts, what is known of it. */
  currentEvent(deadline: AbortSignal): Promise<TriggerAnswer>;
}

/** What the hub needs. */
export interface TriggerHubOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly feed: ChangePublisher;
  /** `undefined` also while a camera is being connected to anew with other settings; `restore` tells it then. */
  camera(id: CameraId): TriggeredCamera | undefined;
}

/** The hub of one recorder. What it holds is in memory: a recorder that starts again leaves cameras to motion. */
export class TriggerHub {
  readonly #options: TriggerHubOptions;
  readonly #boards = new Map<CameraId, SignalBoard>();
  readonly #received = { on: 0, off: 0, cancel: 0 };

  constructor(options: TriggerHubOptions) {
    this.#options = options;
  }

  /** Signals taken so far. */
  get received(): Readonly<Record<TriggerSignal['action'], number>> {
    return this.#received;
  }

  /** What is forced on a camera now. */
  state(id: CameraId): TriggerState {
    return this.#boards.get(id)?.state ?? NOTHING_FORCED;
  }

  /**
   * Takes a signal; of `on`, resolves with the event within 1.5 s.
   *
   * @throws RecorderError `INPUT_INVALID`, `CAMERA_NOT_FOUND`, `CAMERA_CANNOT` where the camera's function records nothing,
   * `TRIGGERS_FULL`.
   */
  async signal(signal: TriggerSignal): Promise<TriggerAnswer> {
    checkSignal(signal);
    const { cameraId, action, source, durationMs } = signal;
    const { log, feed } = this.#options;
    const camera = this.#options.camera(cameraId);
    if (camera === undefined) throw new RecorderError('CAMERA_NOT_FOUND', `there is no camera ${JSON.stringify(cameraId)}`);
    if (action !== 'cancel' && (camera.function === 'none' || camera.function === 'monitor'))
      throw new RecorderError('CAMERA_CANNOT', `camera ${cameraId} records nothing (function ${camera.function}), so nothing can trigger it`);
    const board = this.#board(cameraId);
    if (action === 'on' && board.isFullFor(source, MOST_SOURCES))
      throw new RecorderError('TRIGGERS_FULL', `${MOST_SOURCES} sources hold camera ${cameraId} already`);
    if (action === 'on') board.on(signal);
    else if (action === 'off') board.off(signal);
    else board.cancel(source);
    this.#received[action] += 1;
    log.info(`trigger ${action} by ${source}${durationMs === undefined ? '' : ` for ${durationMs / 1000} s`}`, { camera: cameraId, source });
    feed.publish({ type: 'trigger.received', data: { cameraId, action, source } });
    this.#apply(cameraId);
    return action === 'on' ? this.#answer(camera) : {};
  }

  /** A camera's pipeline began (again): what was forced on the camera still is, as far as its function allows. */
  restore(id: CameraId): void {
    const kind = this.#options.camera(id)?.function;
    if (kind === 'none' || kind === 'monitor') this.forget(id);
    else if (this.#boards.has(id)) this.#apply(id);
  }

  /** A camera is gone. */
  forget(id: CameraId): void {
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
    const board = new SignalBoard(this.#options.clock, (source) => {
      this.#options.log.info(source === undefined ? 'trigger off is over' : `trigger on by ${source} is over`, { camera: id });
      this.#apply(id);
    });
    this.#boards.set(id, board);
    return board;
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
