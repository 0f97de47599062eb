// Turns the samples of a whole file into events, on the same alarm machine as live.
import type { ZoneId } from '../model/ids.ts';
import type { AlarmState, MotionSample } from '../model/motion.ts';
import type { AlarmMachineState, AlarmSettings } from './alarm-machine.ts';
import { endAlarm, IDLE_ALARM, stepAlarm } from './alarm-machine.ts';

/** An event as `nightjar analyze --json` prints it; without pre- and post-roll. */
export interface AnalysisEvent {
  readonly type: 'event';
  /** First and last alarmed frame, in seconds from the first sample, to the millisecond. */
  readonly start: number;
  readonly end: number;
  readonly maxScore: number;
  /** Mean of the scored frames, to a tenth. */
  readonly avgScore: number;
  /** Zones that alarmed, in order of appearance. */
  readonly zones: readonly ZoneId[];
}

/** Collects events from samples given in order. */
export class AnalysisEvents {
  readonly #settings: AlarmSettings;
  #state: AlarmMachineState = IDLE_ALARM;
  #originUs: number | undefined;
  /** Scored samples that belong to the running alarm, or to the one that may begin. */
  #scored: MotionSample[] = [];
  #startedAt: number | undefined;

  constructor(settings: AlarmSettings) {
    this.#settings = settings;
  }

  /** For the sampling policy. */
  get alarm(): AlarmState {
    return this.#state.alarm;
  }

  /** Takes a sample; returns the event that is complete now, if one is. */
  add(sample: MotionSample): AnalysisEvent | undefined {
    this.#originUs ??= sample.ptsUs;
    const { state, effects } = stepAlarm(this.#state, sample, this.#settings);
    this.#state = state;
    let finished: AnalysisEvent | undefined;
    for (const effect of effects) {
      if (effect.kind === 'alarm-started') this.#startedAt = effect.firstScoredAt;
      else finished = this.#finish(effect.lastAlarmAt);
    }
    if (sample.score > 0) this.#scored.push(sample);
    else if (state.alarm === 'idle') this.#scored = [];
    return finished;
  }

  /** The samples are over; returns the event that was running. */
  end(): AnalysisEvent | undefined {
    const [effect] = endAlarm(this.#state).effects;
    this.#state = IDLE_ALARM;
    return effect?.kind === 'alarm-ended' ? this.#finish(effect.lastAlarmAt) : undefined;
  }

  #finish(lastAlarmUs: number): AnalysisEvent {
    const startUs = this.#startedAt ?? lastAlarmUs;
    const mine = this.#scored.filter((sample) => sample.ptsUs >= startUs && sample.ptsUs <= lastAlarmUs);
    this.#scored = this.#scored.filter((sample) => sample.ptsUs > lastAlarmUs);
    this.#startedAt = undefined;
    const scores = mine.map((sample) => sample.score);
    const total = scores.reduce((sum, score) => sum + score, 0);
    return {
      type: 'event',
      start: this.#seconds(startUs),
      end: this.#seconds(lastAlarmUs),
      maxScore: scores.reduce((most, score) => Math.max(most, score), 0),
      avgScore: Math.round((10 * total) / Math.max(1, scores.length)) / 10,
      zones: [...new Set(mine.flatMap((sample) => sample.zones))],
    };
  }

  #seconds(us: number): number {
    return Math.round((us - (this.#originUs ?? us)) / 1000) / 1000;
  }
}

/** All events of a list of samples. */
export const analysisEvents = (samples: Iterable<MotionSample>, settings: AlarmSettings): AnalysisEvent[] => {
  const events = new AnalysisEvents(settings);
  const found: AnalysisEvent[] = [];
  for (const sample of samples) {
    const event = events.add(sample);
    if (event !== undefined) found.push(event);
  }
  const last = events.end();
  if (last !== undefined) found.push(last);
  return found;
};
