import type { MotionSample } from '../model/motion.ts';
import { mediaUs, wallMs } from '../model/time.ts';
import type { AlarmEffect, AlarmSettings } from './alarm-machine.ts';
import { endAlarm, IDLE_ALARM, stepAlarm } from './alarm-machine.ts';

const settings: AlarmSettings = { alarmFrameCount: 3, postRollSeconds: 1, keyFramesOnly: false };
const at = (seconds: number, score: number): MotionSample => ({ ptsUs: mediaUs(seconds * 1e6), wallMs: wallMs(0), score, zones: [] });
const play = (scores: readonly number[], every = 0.25, wanted: Partial<AlarmSettings> = {}) => {
  let state = IDLE_ALARM;
  const effects: AlarmEffect[] = [];
  const alarms = scores.map((score, index) => {
    const step = stepAlarm(state, at(index * every, score), { ...settings, ...wanted });
    state = step.state;
    effects.push(...step.effects);
    return state.alarm;
  });
  return { alarms, effects, state };
};

describe('stepAlarm', () => {
  it('goes through prealarm, alarm and alert back to idle', () => {
    const { alarms, effects } = play([0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect(alarms).toEqual(['idle', 'prealarm', 'prealarm', 'alarm', 'alert', 'alert', 'alert', 'alert', 'idle', 'idle']);
    expect(effects).toEqual([
      { kind: 'alarm-started', at: 750_000, firstScoredAt: 250_000 },
      { kind: 'alarm-ended', lastAlarmAt: 750_000 },
    ]);
  });

  it('forgets a prealarm after one unscored frame', () => {
    expect(play([1, 1, 0, 1, 1, 0])).toMatchObject({ alarms: ['prealarm', 'prealarm', 'idle', 'prealarm', 'prealarm', 'idle'], effects: [] });
  });

  it('alarms with the first scored frame where one is enough', () => {
    expect(play([0, 1], 0.25, { alarmFrameCount: 1 }).alarms).toEqual(['idle', 'alarm']);
  });

  it('returns from alert to the same alarm only after as many frames in a row', () => {
    expect(play([1, 1, 1, 0, 1, 0, 1, 1]).alarms.slice(3)).toEqual(['alert', 'alert', 'alert', 'alert', 'idle'].slice(0, 4).concat('prealarm'));
    const { alarms, effects } = play([1, 1, 1, 0, 1, 1, 1], 0.2);
    expect(alarms.at(-1)).toBe('alarm');
    expect(effects).toHaveLength(1);
  });

  it('needs one scored frame of key frames that are far apart, and the usual number of close ones', () => {
    expect(play([0, 1], 2, { keyFramesOnly: true }).alarms).toEqual(['idle', 'alarm']);
    expect(play([0, 1], 0.2, { keyFramesOnly: true }).alarms).toEqual(['idle', 'prealarm']);
    expect(play([0, 1], 2).alarms).toEqual(['idle', 'prealarm']);
  });

  it('begins another alarm where the post-roll passed between two key frames', () => {
    expect(play([0, 1, 0, 1], 2, { keyFramesOnly: true, postRollSeconds: 2 }).effects).toEqual([
      { kind: 'alarm-started', at: 2_000_000, firstScoredAt: 2_000_000 },
      { kind: 'alarm-ended', lastAlarmAt: 2_000_000 },
      { kind: 'alarm-started', at: 6_000_000, firstScoredAt: 6_000_000 },
    ]);
  });

  it('ends a running alarm with the stream', () => {
    expect(endAlarm(play([1, 1, 1]).state).effects).toEqual([{ kind: 'alarm-ended', lastAlarmAt: 500_000 }]);
    expect(endAlarm(IDLE_ALARM).effects).toEqual([]);
  });
});
