// What there is of a camera in a span of time: recorded stretches, events, and gaps with their reasons.
import type { Timeline } from '@nightjar/client';
import type { EventRecord } from '../model/event.ts';
import type { Gap } from '../model/gap.ts';
import type { CameraId } from '../model/ids.ts';
import { isoTime, wallMs } from '../model/time.ts';
import { MediaLine } from './media-line.ts';
import type { Span } from './parse-span.ts';

/** What a timeline is made of. */
export interface TimelineFacts extends Span {
  readonly cameraId: CameraId;
  /** By start. */
  readonly events: readonly EventRecord[];
  readonly gaps: readonly Gap[];
  /** How long before `fromMs` the span's file begins: at a key picture. */
  readonly leadSeconds: number;
  readonly truncated: boolean;
}

/** Puts the answer together. Events and gaps keep their own times; recorded stretches are cut to the span. */
export const timelineOf = ({ cameraId, fromMs, toMs, events, gaps, leadSeconds, truncated }: TimelineFacts): Timeline => {
  const iso = (timeMs: number): string => isoTime(wallMs(Math.round(timeMs)));
  const line = new MediaLine();
  for (const { startMs, endMs, state } of events) {
    // An event that has just begun with its pre-roll holds nothing yet that the one before does not.
    const isCovered = state === 'open' && endMs < (line.spans.at(-1)?.toMs ?? 0);
    if (endMs > fromMs && startMs < toMs && !isCovered) line.add(Math.max(startMs, fromMs), Math.min(endMs, toMs));
  }
  return {
    cameraId,
    from: iso(fromMs),
    to: iso(toMs),
    spans: line.spans.map((span) => ({ from: iso(span.fromMs), to: iso(span.toMs), mediaSeconds: Math.round((span.seconds + leadSeconds) * 1000) / 1000 })),
    events: events.flatMap(({ id, startMs, endMs, causes, maxScore, state }) =>
      state === 'deleting' ? [] : [{ id, from: iso(startMs), to: iso(endMs), cause: causes[0]?.kind ?? 'continuous', maxScore, state }],
    ),
    gaps: gaps.map((gap) => ({ from: iso(gap.fromMs), to: iso(gap.toMs), reason: gap.reason, lostFrames: gap.lostFrames })),
    truncated,
  };
};
