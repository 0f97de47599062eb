// The lines that clients of zmtrigger are told: `<number>|on|<unix time>|<event>` when a camera is alarmed with an event they have not heard
// of, `…|off|…` when its alarm is over; both for a section that begins without an alarm. From the change feed, whatever the cause.
import type { Change } from '@nightjar/client';
import type { CameraId, EventId } from '../model/ids.ts';

interface CameraStatus {
  isMoving: boolean;
  isForced: boolean;
  /** Events that are recorded now; whether they are sections of a camera that is recorded always. */
  readonly open: Map<EventId, boolean>;
  newest: EventId | undefined;
  told: EventId | undefined;
  isOn: boolean;
}

/** Follows every camera. */
export class StatusLines {
  readonly #nameOf: (id: CameraId) => string;
  readonly #cameras = new Map<CameraId, CameraStatus>();

  /** @param nameOf - How lines name a camera. */
  constructor(nameOf: (id: CameraId) => string) {
    this.#nameOf = nameOf;
  }

  /** @returns What is to be said now, with the ends of lines; often nothing. */
  take(change: Change): string {
    switch (change.type) {
      case 'camera.changed':
        return this.#update(change.data.id, change.at, (status) => {
          status.isForced = change.data.state.forced === 'on';
        });
      case 'motion.changed':
        return this.#update(change.data.cameraId, change.at, (status) => {
          status.isMoving = change.data.motion;
        });
      case 'event.opened':
        return this.#update(change.data.cameraId, change.at, (status) => {
          const { id, causes } = change.data;
          status.open.set(
            id,
            causes.some(({ kind }) => kind === 'continuous'),
          );
          status.newest = id;
        });
      case 'event.closed':
      case 'event.deleted':
        return this.#update(change.data.cameraId, change.at, ({ open }) => open.delete(change.data.id));
      case 'camera.removed':
        this.#cameras.delete(change.data.id);
        return '';
      default:
        return '';
    }
  }

  #update(id: CameraId, at: string, apply: (status: CameraStatus) => unknown): string {
    const status = this.#cameras.get(id) ?? { isMoving: false, isForced: false, open: new Map(), newest: undefined, told: undefined, isOn: false };
    this.#cameras.set(id, status);
    const wasAlarmed = isAlarmed(status);
    apply(status);
    const { newest, told, open } = status;
    if (newest === undefined) return '';
    const say = (word: 'on' | 'off'): string => `${this.#nameOf(id)}|${word}|${Math.floor(Date.parse(at) / 1000)}|${newest}\n`;
    status.told = newest;
    if (isAlarmed(status)) {
      // An alarm within a section that clients have heard of is an alarm as well.
      const begins = newest !== told || (!wasAlarmed && open.has(newest));
      status.isOn ||= begins;
      return begins ? say('on') : '';
    }
    if (status.isOn) {
      status.isOn = false;
      return say('off');
    }
    return newest === told ? '' : say('on') + say('off');
  }
}

const isAlarmed = ({ isMoving, isForced, open }: CameraStatus): boolean => isMoving || isForced || [...open.values()].some((isSection) => !isSection);
