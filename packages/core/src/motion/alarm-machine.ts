// From scored frames to alarms, with ZoneMinder's four states. Pure: state in, state and effects out.
import type { AlarmState, MotionSample } from '../model/motion.ts';
import type { MediaUs } from '../model/time.ts';

/** What decides when an alarm begins and ends. */
export interface AlarmSettings {
  /** Scored frames in a row that make an alarm; at least 1. */
  readonly alarmFrameCount: number;
  /** Seconds without an alarm after which it is over. */
  readonly postRollSeconds: number;
  /** Only key frames are analysed: then one scored frame is enough where samples are `SPARSE_SECONDS` apart or more. */
  readonly keyFramesOnly: boolean;
}

/** Where the machine is. `firstScoredAt` begins the current row of scored frames, `lastAlarmAt` is the last alarmed frame. */
export interface AlarmMachineState {
  readonly alarm: AlarmState;
  /** Scored frames in a row, up to now. */
  readonly scored: number;
  readonly firstScoredAt?: MediaUs;
  readonly lastAlarmAt?: MediaUs;
  readonly lastSampleAt?: MediaUs;
}

/** What the recorder should know. */
export type AlarmEffect =
  | { readonly kind: 'alarm-started'; readonly at: MediaUs; readonly firstScoredAt: MediaUs }
  | { readonly kind: 'alarm-ended'; readonly lastAlarmAt: MediaUs };

/** What one sample led to. */
export interface AlarmStep {
  readonly state: AlarmMachineState;
  readonly effects: readonly AlarmEffect[];
}

/** Seconds between samples from which on waiting for a second one would lose short visits. */
export const SPARSE_SECONDS = 0.4;

/** The state before the first sample. */
export const IDLE_ALARM: AlarmMachineState = { alarm: 'idle', scored: 0 };

const NO_EFFECTS: readonly AlarmEffect[] = [];

/** Takes one analysed frame; frames that were not analysed are not given to it. */
export const stepAlarm = (state: AlarmMachineState, sample: MotionSample, settings: AlarmSettings): AlarmStep => {
  const scored = sample.score > 0 ? state.scored + 1 : 0;
  const firstScoredAt = scored === 1 ? sample.ptsUs : state.firstScoredAt;
  const seen = { scored, lastSampleAt: sample.ptsUs, ...(scored === 0 || firstScoredAt === undefined ? {} : { firstScoredAt }) };
  const lastAlarmAt = state.lastAlarmAt ?? sample.ptsUs;
  if (state.alarm === 'alarm') {
    return scored > 0 ? stay({ alarm: 'alarm', ...seen, lastAlarmAt: sample.ptsUs }) : alertOrEnd(sample, seen, lastAlarmAt, settings);
  }
  const confirmed = scored > 0 && scored >= framesNeeded(state, sample, settings);
  if (state.alarm === 'alert') {
    if (!confirmed) return alertOrEnd(sample, seen, lastAlarmAt, settings);
    const resumed = { alarm: 'alarm', ...seen, lastAlarmAt: sample.ptsUs } as const;
    const startedAt = firstScoredAt ?? sample.ptsUs;
    if ((startedAt - lastAlarmAt) / 1e6 <= settings.postRollSeconds) return stay(resumed);
    // Samples so far apart that the post-roll passed between two of them: this is another alarm.
    return {
      state: resumed,
      effects: [
        { kind: 'alarm-ended', lastAlarmAt },
        { kind: 'alarm-started', at: sample.ptsUs, firstScoredAt: startedAt },
      ],
    };
  }
  if (!confirmed) return stay({ alarm: scored > 0 ? 'prealarm' : 'idle', ...seen });
  return {
    state: { alarm: 'alarm', ...seen, lastAlarmAt: sample.ptsUs },
    effects: [{ kind: 'alarm-started', at: sample.ptsUs, firstScoredAt: firstScoredAt ?? sample.ptsUs }],
  };
};

/** Ends a running alarm, for the end of the stream. */
export const endAlarm = (state: AlarmMachineState): AlarmStep => {
  const running = state.alarm === 'alarm' || state.alarm === 'alert';
  return { state: IDLE_ALARM, effects: running && state.lastAlarmAt !== undefined ? [{ kind: 'alarm-ended', lastAlarmAt: state.lastAlarmAt }] : NO_EFFECTS };
};

type Seen = Pick<AlarmMachineState, 'scored' | 'firstScoredAt' | 'lastSampleAt'>;

const stay = (state: AlarmMachineState): AlarmStep => ({ state, effects: NO_EFFECTS });

const alertOrEnd = (sample: MotionSample, seen: Seen, lastAlarmAt: MediaUs, settings: AlarmSettings): AlarmStep => {
  if ((sample.ptsUs - lastAlarmAt) / 1e6 <= settings.postRollSeconds) return stay({ alarm: 'alert', ...seen, lastAlarmAt });
  // Scored frames that are not enough yet go on counting towards the next alarm.
  return { state: { alarm: seen.scored > 0 ? 'prealarm' : 'idle', ...seen }, effects: [{ kind: 'alarm-ended', lastAlarmAt }] };
};

const framesNeeded = (state: AlarmMachineState, sample: MotionSample, settings: AlarmSettings): number => {
  const apart = state.lastSampleAt === undefined ? 0 : (sample.ptsUs - state.lastSampleAt) / 1e6;
  return settings.keyFramesOnly && apart >= SPARSE_SECONDS ? 1 : Math.max(1, settings.alarmFrameCount);
};
