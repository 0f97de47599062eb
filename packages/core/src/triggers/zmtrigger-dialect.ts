// What lines of zmtrigger do. A camera has one slot for all who send lines, as in ZoneMinder: the hub's source `zmtrigger`. Nothing is
// answered; what can't be done is logged.
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraId } from '../model/ids.ts';
import type { TriggerAnswer, TriggerSignal } from '../model/trigger.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { LineTaker } from '../ports/trigger-lines.ts';
import { RateLimiter } from '../util/rate-limiter.ts';
import { LineSchedule, MOST_WAITING } from './line-schedule.ts';
import { type LineCommand, readTriggerLine } from './zmtrigger-line.ts';

/** Who holds a camera that a line triggered. */
export const LINE_SOURCE = 'zmtrigger';

/** Lines of one camera that wait for their turn before whoever sends more has to. */
const MOST_QUEUED = 32;
/** Complaints about lines: a device that talks something else does so for ever. */
const COMPLAINTS = { perSecond: 1, burst: 20 };

/** What the dialect stands on. */
export interface ZmTriggerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly hub: { signal(signal: TriggerSignal, isPaced: boolean): Promise<TriggerAnswer> };
  /** The camera of that number or id. */
  cameraOf(name: string): CameraId | undefined;
  /** Whether motion of a camera counts. @throws RecorderError `CAMERA_NOT_FOUND`, `DATABASE_BUSY`, `DATABASE_FAILED`. */
  setDetection(id: CameraId, isOn: boolean): Promise<unknown>;
}

interface Lane {
  queued: number;
  newest: Promise<void>;
}

/** Does what lines say; those about one camera one after the other, so that an `on` has its event before the next line ends it. */
export class ZmTriggerDialect implements LineTaker {
  readonly #options: ZmTriggerOptions;
  readonly #schedule: LineSchedule;
  readonly #lanes = new Map<CameraId, Lane>();
  readonly #complaints = new RateLimiter(() => COMPLAINTS);
  #unsaid = 0;
  #isStopped = false;

  constructor(options: ZmTriggerOptions) {
    this.#options = options;
    this.#schedule = new LineSchedule(options.clock);
  }

  take(line: Uint8Array, from: string): Promise<void> | undefined {
    const read = readTriggerLine(line);
    if (read === undefined || this.#isStopped) return undefined;
    if ('fault' in read) {
      this.#complain(read.fault, from);
      return undefined;
    }
    const { command } = read;
    const id = this.#options.cameraOf(command.monitor);
    if (id === undefined) {
      this.#complain(`there is no camera ${JSON.stringify(command.monitor.slice(0, 60))}, neither by number nor by id`, from);
      return undefined;
    }
    return this.#inTurn(id, () => this.#run(id, command, from));
  }

  /** Gives up what was to be done later; further lines do nothing. */
  stop(): void {
    this.#isStopped = true;
    this.#schedule.clear();
  }

  #inTurn(id: CameraId, run: () => Promise<void>): Promise<void> | undefined {
    const lane = this.#lanes.get(id) ?? { queued: 0, newest: Promise.resolve() };
    this.#lanes.set(id, lane);
    lane.queued += 1;
    // The first of a lane is done at once.
    const done = (lane.queued === 1 ? run() : lane.newest.then(run)).finally(() => {
      lane.queued -= 1;
      if (lane.queued === 0) this.#lanes.delete(id);
    });
    lane.newest = done;
    return lane.queued > MOST_QUEUED ? done : undefined;
  }

  /** Never rejects. */
  async #run(id: CameraId, command: LineCommand, from: string): Promise<void> {
    if (this.#isStopped) return;
    try {
      if (command.seconds > 0 && this.#schedule.isFull(id)) throw new RecorderError('TRIGGERS_FULL', `${MOST_WAITING} lines of camera ${id} wait already`);
      this.#options.log.debug(`line ${command.action} from ${from}`, { camera: id, from });
      await this.#do(id, command);
    } catch (error) {
      this.#complain(`${command.action}: ${RecorderError.wrap(error, 'DATABASE_FAILED', 'a trigger line').message}`, from, id);
    }
  }

  async #do(id: CameraId, command: LineCommand): Promise<void> {
    const { clock } = this.#options;
    const { action, seconds, score, cause, text, showText } = command;
    const dueMs = clock.monotonic() + seconds * 1000;
    const shown = showText === undefined ? {} : { showText };
    switch (action) {
      case 'on':
        await this.#signal(id, 'on', { score, cause, text, ...shown });
        if (seconds > 0) this.#later(id, { ...command, action: 'cancel' }, dueMs);
        return;
      case 'off':
        if (seconds > 0) return this.#later(id, command, dueMs);
        // The camera is automatic again at once: what is forbidden is the event that is open, not the next one.
        await Promise.all([this.#signal(id, 'off'), this.#signal(id, 'cancel')]);
        return;
      case 'cancel':
      case 'show':
        await this.#signal(id, action, shown);
        return;
      case 'enable':
      case 'disable':
        await this.#options.setDetection(id, action === 'enable');
        if (seconds > 0) this.#later(id, { ...command, action: action === 'enable' ? 'disable' : 'enable' }, dueMs);
    }
  }

  #signal(cameraId: CameraId, action: TriggerSignal['action'], more: Partial<TriggerSignal> = {}): Promise<TriggerAnswer> {
    return this.#options.hub.signal({ cameraId, action, source: LINE_SOURCE, ...more }, true);
  }

  #later(id: CameraId, command: LineCommand, dueMs: number): void {
    const { showText: _, ...plain } = command;
    const later: LineCommand = { ...plain, seconds: 0 };
    const { action, cause, text } = later;
    this.#schedule.add(id, [action, cause, text].join('|'), dueMs, () => void this.#inTurn(id, () => this.#run(id, later, 'the line before')));
  }

  #complain(what: string, from: string, camera?: CameraId): void {
    if (this.#complaints.take(this.#options.clock.monotonic()) > 0) {
      this.#unsaid += 1;
      return;
    }
    const times = this.#unsaid === 0 ? {} : { unsaid: this.#unsaid };
    this.#unsaid = 0;
    this.#options.log.warn(`zmtrigger: a line was ignored: ${what}`, { from, ...(camera === undefined ? {} : { camera }), ...times });
  }
}
