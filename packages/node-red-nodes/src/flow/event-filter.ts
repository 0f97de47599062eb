// Which messages about events a node lets through.
import { objectIn } from '../site/object-in.ts';
import type { TypedValues } from './typed-value.ts';

/** A message about an event, as far as it is needed; everything in it comes from outside. */
export type EventObject = Readonly<Record<string, unknown>> & { readonly event_type: string };

/** No message about an event is longer. */
const LONGEST_BYTES = 262_144;

/** The object in a payload; absent where it is none. */
export function eventIn(payload: Buffer): EventObject | undefined {
  const value = objectIn(payload, LONGEST_BYTES);
  return typeof value?.['event_type'] === 'string' ? (value as EventObject) : undefined;
}

/** How filters with typed inputs are saved where nothing is. */
export const EVENT_FILTER_DEFAULTS = {
  labels: { value: '', type: 'str' },
  zones: { value: '', type: 'str' },
  minScore: { value: '', type: 'num' },
} as const;

/** What is saved with the node: types, kinds, and whether only what is worth an alarm counts. */
export function fitsSaved(event: EventObject, { types, kinds, armedOnly }: Readonly<Record<string, unknown>>): boolean {
  const wantedTypes = types === undefined ? ['ready'] : wordsOf(types);
  const wantedKinds = wordsOf(kinds);
  if (!wantedTypes.includes(event.event_type)) return false;
  if (wantedKinds.length > 0 && !wantedKinds.includes(String(event['kind']))) return false;
  return armedOnly !== true || event['armed'] === true;
}

/** Labels, zones and score, looked up now. A signal from outside has none of these, so it fits. @throws Error where one cannot be looked up. */
export async function fitsTyped(event: EventObject, values: TypedValues): Promise<boolean> {
  if (event.event_type === 'trigger') return true;
  const labels = wordsOf(await values.value('labels')).map((label) => label.toLowerCase());
  if (labels.length > 0 && !wordsOf(event['labels']).some((label) => labels.includes(label.toLowerCase()))) return false;
  const zones = wordsOf(await values.value('zones'));
  if (zones.length > 0 && !wordsOf(event['zones']).some((zone) => zones.includes(zone))) return false;
  const minScore = (await values.number('minScore', [0, 100])) ?? 0;
  const score = typeof event['score'] === 'number' ? Math.round(event['score'] * 10_000) / 100 : 0;
  return score >= minScore;
}

function wordsOf(value: unknown): readonly string[] {
  const parts = Array.isArray(value) ? value.map(String) : typeof value === 'string' || typeof value === 'number' ? String(value).split(',') : [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
