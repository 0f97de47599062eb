// Which recordings become one file: events by their ids, or whatever a camera has in a span of time.
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { AreaId, CameraId, EventId } from '../model/ids.ts';
import { type EventLookup, eventsIn, MOST_EVENTS } from '../streams/events-in-span.ts';
import { type CameraLookup, requireKnownCamera } from './require-known-camera.ts';

/** What is wanted as one file; times in ms since 1970. */
export type RecordingWish = { readonly ids: readonly EventId[] } | { readonly cameraId: CameraId; readonly fromMs: number; readonly toMs: number };

/** Where recordings are looked up. */
export interface RecordingLookup extends EventLookup, CameraLookup {
  /** Absolute path of an area whose disk is there; `undefined` for one that is not. */
  rootOf(areaId: AreaId): string | undefined;
}

/** Recordings of one camera. */
export interface ChosenRecordings {
  readonly cameraId: CameraId;
  /** By start, at least one, with the roots of their areas. */
  readonly events: readonly { readonly row: EventRecord; readonly root: string }[];
  /** Absent: the events as a whole. */
  readonly span?: { readonly fromMs: number; readonly toMs: number };
}

/**
 * Looks them up.
 *
 * @throws RecorderError `EVENT_NOT_FOUND`, `CAMERA_NOT_FOUND`, `NOTHING_RECORDED`, `AREA_MISSING`; `INPUT_INVALID` for events of
 *   different cameras, and for more than fit one file.
 */
export async function chooseRecordings(lookup: RecordingLookup, wish: RecordingWish): Promise<ChosenRecordings> {
  const rows = 'ids' in wish ? await rowsOf(lookup, wish.ids) : await rowsOfCamera(lookup, wish);
  const [first] = rows;
  if (first === undefined) throw new RecorderError('NOTHING_RECORDED', 'nothing was recorded there');
  const stranger = rows.find(({ cameraId }) => cameraId !== first.cameraId);
  if (stranger !== undefined)
    throw new RecorderError(
      'INPUT_INVALID',
      `event ${stranger.id} is of camera ${stranger.cameraId}, event ${first.id} of ${first.cameraId}: export them one by one`,
    );
  const events = rows.map((row) => ({ row, root: rootOf(lookup, row) }));
  return { cameraId: first.cameraId, events, ...('ids' in wish ? {} : { span: { fromMs: wish.fromMs, toMs: wish.toMs } }) };
}

async function rowsOf({ find }: RecordingLookup, ids: readonly EventId[]): Promise<readonly EventRecord[]> {
  if (ids.length > MOST_EVENTS) throw new RecorderError('INPUT_INVALID', `these are more events than the ${MOST_EVENTS} that fit one file`);
  const rows: EventRecord[] = [];
  for (const id of new Set(ids)) {
    const row = await find(id);
    if (row === undefined || row.state === 'deleting') throw new RecorderError('EVENT_NOT_FOUND', `there is no event ${id}`);
    rows.push(row);
  }
  return rows.sort((a, b) => a.startMs - b.startMs || a.id - b.id);
}

async function rowsOfCamera(lookup: RecordingLookup, { cameraId, ...span }: { readonly cameraId: CameraId; readonly fromMs: number; readonly toMs: number }) {
  const { events, isPartial } = await eventsIn(lookup, cameraId, span);
  if (isPartial) throw new RecorderError('INPUT_INVALID', 'this span holds too many events for one file; export its parts');
  if (events.length === 0) await requireKnownCamera(lookup, cameraId);
  return events;
}

function rootOf(lookup: RecordingLookup, { id, areaId }: EventRecord): string {
  const root = lookup.rootOf(areaId);
  if (root === undefined) throw new RecorderError('AREA_MISSING', `event ${id} lies in the storage area ${areaId}, which is not there now`);
  return root;
}
