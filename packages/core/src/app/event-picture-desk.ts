// Pictures of events as clients want them: read from the event's directory, made smaller where that is asked for.
import type { EventPictureOptions } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { EventId } from '../model/ids.ts';
import { ALARM_NAME, SNAPSHOT_NAME } from '../storage/path-scheme.ts';
import { Slots } from '../util/slots.ts';
import type { AreaWatch } from './area-watch.ts';
import type { Environment } from './environment.ts';
import type { EventDesk } from './event-desk.ts';

const WIDEST_PICTURE = 8192;
const LARGEST_PICTURE = 32 * 1024 * 1024;
/** Pictures that are made smaller at the same time: each takes a processor and some twenty megabytes. */
const SHRINKING_AT_ONCE = 2;
/** Beyond so many that are made smaller or wait for it, further ones are told to come again. */
const MOST_WAITING = 200;
const RETRY_AFTER_SECONDS = 1;

/** Where pictures come from. */
export interface EventPictureDeskOptions {
  readonly env: Pick<Environment, 'files' | 'pictures'>;
  readonly desk: Pick<EventDesk, 'find'>;
  readonly areas: Pick<AreaWatch, 'readableRootOf' | 'check'>;
}

/** Gives pictures of events. */
export class EventPictureDesk {
  readonly #options: EventPictureDeskOptions;
  readonly #slots = new Slots(SHRINKING_AT_ONCE);
  /** By event and size: whoever asks for what is being made gets it too. */
  readonly #making = new Map<string, Promise<Uint8Array>>();
  #shrinking = 0;

  constructor(options: EventPictureDeskOptions) {
    this.#options = options;
  }

  /** The best picture there is. @throws RecorderError as `alarm`. */
  snapshot(id: EventId, options: EventPictureOptions = {}): Promise<Uint8Array> {
    return this.#picture(id, [SNAPSHOT_NAME, ALARM_NAME], options);
  }

  /** The picture that raised the alarm, or the best there is. @throws RecorderError `EVENT_NOT_FOUND`, `NOT_READY`, `PICTURE_NOT_FOUND`, `AREA_MISSING`, `DISK_FAILED`, `PICTURE_FAILED`. */
  alarm(id: EventId, options: EventPictureOptions = {}): Promise<Uint8Array> {
    return this.#picture(id, [ALARM_NAME, SNAPSHOT_NAME], options);
  }

  #picture(id: EventId, names: readonly string[], { width = WIDEST_PICTURE, maxBytes = LARGEST_PICTURE }: EventPictureOptions): Promise<Uint8Array> {
    const key = `${id} ${names[0]} ${width} ${maxBytes}`;
    const making = this.#making.get(key) ?? this.#make(id, names, { width, maxBytes }).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #make(id: EventId, names: readonly string[], { width, maxBytes }: Required<Pick<EventPictureOptions, 'width' | 'maxBytes'>>): Promise<Uint8Array> {
    const row = await this.#options.desk.find(id);
    if (row === undefined || row.state === 'deleting') throw new RecorderError('EVENT_NOT_FOUND', `there is no event ${id}`);
    const jpeg = await this.#read(row, names);
    if (jpeg === undefined) throw await this.#whyNone(row);
    if (row.width <= width && jpeg.length <= maxBytes) return jpeg;
    if (this.#shrinking >= MOST_WAITING)
      throw new RecorderError('TOO_MANY_REQUESTS', 'too many pictures are being made smaller; try again', {
        context: { retryAfterSeconds: RETRY_AFTER_SECONDS },
      });
    this.#shrinking += 1;
    try {
      return await this.#slots.run(() => this.#options.env.pictures.shrink(jpeg, width, maxBytes));
    } finally {
      this.#shrinking -= 1;
    }
  }

  async #read({ areaId, directory }: EventRecord, names: readonly string[]): Promise<Uint8Array | undefined> {
    const { env, areas } = this.#options;
    const root = areas.readableRootOf(areaId);
    if (root === undefined) return undefined;
    for (const name of names) {
      const jpeg = await env.files.readAttachment(root, directory, name);
      if (jpeg !== undefined) return jpeg;
    }
    return undefined;
  }

  async #whyNone({ id, areaId, state }: EventRecord): Promise<RecorderError> {
    const status = (await this.#options.areas.check()).find(({ area }) => area.id === areaId);
    if (status?.usable !== true) return new RecorderError('AREA_MISSING', `event ${id} lies in storage area ${areaId}, which is not there`);
    if (state === 'ready') return new RecorderError('PICTURE_NOT_FOUND', `event ${id} has no picture`);
    return new RecorderError('NOT_READY', `event ${id} has no picture yet`, { context: { retryAfterSeconds: RETRY_AFTER_SECONDS } });
  }
}
