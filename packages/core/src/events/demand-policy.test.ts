import type { CameraFunction } from '../model/camera.ts';
import type { AlarmState } from '../model/motion.ts';
import { wallMs } from '../model/time.ts';
import { cutIsDue, type DemandFacts, isAlarmed, wantsRecording } from './demand-policy.ts';

const QUIET: DemandFacts = { function: 'modect', online: true, alarm: 'idle', analysisDown: false, triggered: false, forcedOff: false };
const FUNCTIONS: readonly CameraFunction[] = ['none', 'monitor', 'modect', 'record', 'mocord', 'nodect'];

describe('what is recorded', () => {
  it.each<[string, Partial<DemandFacts>, readonly CameraFunction[]]>([
    ['nothing happens', {}, ['record', 'mocord']],
    ['something may be beginning', { alarm: 'prealarm' }, ['record', 'mocord']],
    ['something moves', { alarm: 'alarm' }, ['modect', 'record', 'mocord']],
    ['something moved a moment ago', { alarm: 'alert' }, ['modect', 'record', 'mocord']],
    ['a trigger holds', { triggered: true }, ['modect', 'record', 'mocord', 'nodect']],
    ['nobody knows whether anything moves', { analysisDown: true }, ['modect', 'record', 'mocord']],
    ['alarms are forbidden', { alarm: 'alarm', triggered: true, analysisDown: true, forcedOff: true }, ['record', 'mocord']],
    ['the camera is away', { online: false, alarm: 'alarm', triggered: true, analysisDown: true }, []],
  ])('while %s', (_, facts, recorded) => {
    expect(FUNCTIONS.filter((kind) => wantsRecording({ ...QUIET, ...facts, function: kind }))).toEqual(recorded);
  });

  it.each<[AlarmState, boolean]>([
    ['idle', false],
    ['prealarm', false],
    ['alarm', true],
    ['alert', true],
  ])('%s is an alarm: %s', (alarm, is) => {
    expect(isAlarmed(alarm)).toBe(is);
  });
});

describe('whether a section is cut', () => {
  it.each<[Partial<DemandFacts>, number, number, boolean]>([
    [{ function: 'record' }, 599, 600, false],
    [{ function: 'record' }, 600, 600, true],
    [{ function: 'record', alarm: 'alarm' }, 601, 600, true],
    [{ function: 'record' }, 999_999, 0, false],
    [{ function: 'mocord' }, 600, 600, true],
    [{ function: 'mocord', alarm: 'alarm' }, 600, 600, false],
    [{ function: 'mocord', alarm: 'alert' }, 600, 600, false],
    [{ function: 'mocord', alarm: 'prealarm' }, 600, 600, true],
    [{ function: 'modect', alarm: 'alarm' }, 600, 600, true],
  ])('%j after %d s of %d s: %s', (facts, seconds, length, due) => {
    expect(cutIsDue({ ...QUIET, ...facts }, wallMs(1000), wallMs(1000 + seconds * 1000), length)).toBe(due);
  });
});
