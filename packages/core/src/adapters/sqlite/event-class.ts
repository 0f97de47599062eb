// What searches ask of an event and what has few values, as one value: its class. Pure.
import type { EventCause, EventRecord } from '../../model/event.ts';
import type { EventSearchQuery } from '../../ports/event-search.ts';

/** Events of one class are alike in everything but time and, within bounds, score. */
export interface EventClass {
  readonly cameraId: string;
  /** Bits of `CAUSE_BITS`. */
  readonly causes: number;
  /** Sorted. */
  readonly zones: readonly string[];
  readonly protected: boolean;
  /** Index into `SCORE_BANDS`. */
  readonly band: number;
}

/** Stored in databases: never change a bit, only add. */
export const CAUSE_BITS: Readonly<Record<EventCause['kind'], number>> = { motion: 1, continuous: 2, trigger: 4, 'analysis-down': 8 };

/**
 * Lowest scores of the bands; the last one ends above 100. Narrow where people look: an event that scored high is what is searched
 * for. Stored in databases as an index: other bands need a migration.
 */
export const SCORE_BANDS: readonly number[] = [0, Number.MIN_VALUE, 25, 50, 75, 90, 99];

const bandOf = (score: number): number =>
  Math.max(
    0,
    SCORE_BANDS.findLastIndex((lowest) => score >= lowest),
  );

/** The class of an event; `undefined` for one that is being deleted, which no search finds. */
export function classOf(event: EventRecord): EventClass | undefined {
  if (event.state === 'deleting') return undefined;
  const zones = new Set(event.causes.flatMap((cause) => (cause.kind === 'motion' ? cause.zones : [])));
  return {
    cameraId: event.cameraId,
    causes: event.causes.reduce((bits, { kind }) => bits | CAUSE_BITS[kind], 0),
    zones: [...zones].sort(),
    protected: event.protected,
    band: bandOf(event.maxScore),
  };
}

/** Whether a search may find events of a class; times and, within the band, scores are not looked at. */
export function isWanted(found: EventClass, query: EventSearchQuery): boolean {
  const { cameraIds, cause, zone, minScore = 0 } = query;
  return (
    (cameraIds === undefined || cameraIds.includes(found.cameraId)) &&
    (cause === undefined || (found.causes & CAUSE_BITS[cause]) !== 0) &&
    (zone === undefined || found.zones.includes(zone)) &&
    (query.protected === undefined || found.protected === query.protected) &&
    (SCORE_BANDS[found.band + 1] ?? Number.POSITIVE_INFINITY) > minScore
  );
}

/** Whether a search finds an event, times aside. */
export function matchesEvent(event: EventRecord, query: EventSearchQuery): boolean {
  const found = classOf(event);
  return found !== undefined && isWanted(found, query) && event.maxScore >= (query.minScore ?? 0);
}

/** Whether a search asks for more than times. */
export const asksForClasses = ({ cameraIds, cause, zone, minScore = 0, protected: isProtected }: EventSearchQuery): boolean =>
  cameraIds !== undefined || cause !== undefined || zone !== undefined || minScore > 0 || isProtected !== undefined;
