// What a message wants exported, by the properties of the node.
import type { ExportWish } from './export-job.ts';
import { exportedEvents } from './exported-events.ts';
import { momentOf, spanOf } from './moment.ts';
import type { FlowMessage } from './node-red.ts';
import type { TypedValues } from './typed-value.ts';

/** A wish, and where it is to be granted. */
export interface ExportOrder {
  readonly wish: ExportWish;
  /** Whose recorder makes it; absent: it is not known. */
  readonly camera: string | undefined;
  readonly filename: string | undefined;
  readonly timeoutSeconds: number;
}

/** What a node exports. */
export interface ExportProperties {
  readonly what: 'span' | 'event';
  readonly delivery: 'url' | 'file' | 'buffer';
}

const LONGEST_NAME = 100;
const USUAL_SECONDS = 600;
const MOST_SECONDS = 86_400;

/** @throws Error that says what is missing or wrong. */
export async function exportOrder(values: TypedValues, { what, delivery }: ExportProperties, message: FlowMessage, now: Date): Promise<ExportOrder> {
  const said = await values.text('exportName');
  const name = said?.replace(/\s+/g, ' ').slice(0, LONGEST_NAME);
  const filename = delivery === 'file' ? await values.text('filename') : undefined;
  if (delivery === 'file' && filename === undefined) throw new Error('filename is empty; write a folder, with a slash at its end, or the name of a file');
  const timeoutSeconds = (await values.number('timeout', [1, MOST_SECONDS])) ?? USUAL_SECONDS;
  const rest = { filename, timeoutSeconds };
  const named = name === undefined ? {} : { name };
  if (what === 'span') {
    const camera = await values.camera();
    return { ...rest, camera, wish: { camera, ...(await closedSpan(values, now)), ...named } };
  }
  const event = await values.value('event');
  if (event === undefined) throw new Error('event is empty; give the id of an event, an event, or a list of them');
  const { ids, camera } = exportedEvents(event);
  const carried = typeof message['camera'] === 'string' && message['camera'] !== '' ? message['camera'] : undefined;
  return { ...rest, camera: camera ?? carried ?? (await values.text('camera')), wish: { events: ids, ...named } };
}

async function closedSpan(values: TypedValues, now: Date): Promise<{ readonly from: string; readonly to: string }> {
  const from = await values.value('from');
  if (from === undefined) throw new Error('from is empty; write where the export begins, for instance -1h');
  const span = spanOf({ from, to: await values.value('to') }, now);
  return { from: span.from ?? momentOf(from, 'from', now), to: span.to ?? now.toISOString() };
}
