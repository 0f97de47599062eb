// What is counted of one camera beside what its parts count themselves: plain numbers, read when somebody looks.
import type { EventChangeType } from '../../events/event-tracker.ts';
import type { EventCause, EventRecord } from '../../model/event.ts';
import type { Gap, GapReason } from '../../model/gap.ts';
import type { Packet } from '../../model/packet.ts';
import type { WallMs } from '../../model/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Histogram } from '../../util/metrics-register.ts';
import { AnalysisPace } from './analysis-pace.ts';
import { EventTimings } from './event-timings.ts';

/** Histograms that all cameras share. */
export interface SharedHistograms {
  readonly eventLatency: Histogram;
  readonly analysisDelay: Histogram;
}

/** What is missing for one reason. */
export interface GapTally {
  gaps: number;
  seconds: number;
  lostFrames: number;
}

/** One camera's counts. */
export class CameraTally {
  readonly received = { frames: 0, bytes: 0 };
  readonly gaps = new Map<GapReason, GapTally>();
  readonly opened = new Map<EventCause['kind'], number>();
  readonly closed = new Map<EventCause['kind'], number>();
  analyzedFrames = 0;
  readonly pace = new AnalysisPace();
  readonly timings: EventTimings;
  readonly #clock: Clock;
  readonly #analysisDelay: Histogram;

  constructor(clock: Clock, { eventLatency, analysisDelay }: SharedHistograms) {
    this.#clock = clock;
    this.#analysisDelay = analysisDelay;
    this.timings = new EventTimings(clock, eventLatency);
  }

  packet({ track, data }: Packet): void {
    if (track === 'video') this.received.frames += 1;
    this.received.bytes += data.length;
  }

  /** A verdict on a frame captured then. */
  verdict(capturedMs: WallMs): void {
    this.analyzedFrames += 1;
    const latencyMs = Math.max(0, this.#clock.wall() - capturedMs);
    this.#analysisDelay.observe(latencyMs / 1000);
    this.pace.add(this.#clock.monotonic(), latencyMs);
  }

  published(type: EventChangeType, row: EventRecord): void {
    this.timings.published(type, row);
    const kinds = type === 'event.opened' ? this.opened : type === 'event.closed' ? this.closed : undefined;
    const kind = row.causes[0]?.kind ?? 'continuous';
    kinds?.set(kind, (kinds.get(kind) ?? 0) + 1);
  }

  gap({ reason, fromMs, toMs, lostFrames }: Gap): void {
    const tally = this.gaps.get(reason) ?? { gaps: 0, seconds: 0, lostFrames: 0 };
    tally.gaps += 1;
    tally.seconds += Math.max(0, toMs - fromMs) / 1000;
    tally.lostFrames += lostFrames;
    this.gaps.set(reason, tally);
  }
}
