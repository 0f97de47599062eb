import { cameraSettings } from '../../test/camera-settings.ts';
import { type CameraFunction, whyLetGo } from './camera.ts';
import { controlsOf, type SwitchedControls, settingsInForce, switchControls } from './camera-controls.ts';

const FUNCTIONS: readonly CameraFunction[] = ['none', 'monitor', 'modect', 'nodect', 'record', 'mocord'];
const inForce = (kind: CameraFunction, switched: SwitchedControls, siteArmed = true) =>
  settingsInForce(cameraSettings({ function: kind }), switched, siteArmed);

describe('the switches of a camera', () => {
  it.each(FUNCTIONS)('leave the function %s as it is while nobody switches anything', (kind) => {
    const camera = cameraSettings({ function: kind });
    expect(settingsInForce(camera, {}, true)).toEqual({ ...camera, armed: true });
    // Saying what is so already changes nothing.
    expect(settingsInForce(camera, switchControls(camera, {}, controlsOf(camera, {})), true)).toEqual({ ...camera, armed: true });
  });

  it.each<readonly [CameraFunction, SwitchedControls, CameraFunction]>([
    ['modect', { detection: false }, 'nodect'],
    ['mocord', { detection: false }, 'record'],
    ['record', { detection: true }, 'mocord'],
    ['nodect', { detection: true }, 'modect'],
    ['modect', { recordMode: 'continuous' }, 'mocord'],
    ['record', { recordMode: 'motion' }, 'nodect'],
    ['mocord', { record: false, detection: false }, 'monitor'],
    ['modect', { privacy: true }, 'none'],
    ['record', { enabled: false }, 'none'],
    ['none', { enabled: true }, 'monitor'],
    ['none', { enabled: true, privacy: true }, 'none'],
  ])('make of %s with %j: %s', (kind, switched, expected) => {
    expect(inForce(kind, switched).function).toBe(expected);
  });

  it('go on looking for motion where nothing is recorded, until detection is off', () => {
    expect(inForce('modect', { record: false })).toMatchObject({ function: 'monitor', watchesMotion: true });
    expect(inForce('modect', { record: false, detection: false }).watchesMotion).toBeUndefined();
    expect(inForce('modect', { record: false, privacy: true }).watchesMotion).toBeUndefined();
  });

  it('say that recording is switched off, of a camera that would record', () => {
    expect(inForce('modect', { record: false })).toMatchObject({ isRecordingOff: true });
    expect(inForce('modect', {}).isRecordingOff).toBeUndefined();
    expect(inForce('monitor', {}).isRecordingOff).toBeUndefined();
    expect(inForce('modect', { record: false, privacy: true }).isRecordingOff).toBeUndefined();
  });

  it('say why a camera is let go, privacy before anything else', () => {
    const why = (kind: CameraFunction, switched: SwitchedControls): string | undefined => whyLetGo(inForce(kind, switched));
    expect(why('modect', {})).toBeUndefined();
    expect(why('none', {})).toBe('switched off (function: none)');
    expect(why('modect', { enabled: false })).toBe('switched off');
    expect(why('modect', { enabled: false, privacy: true })).toBe('private: no picture is taken or shown');
    expect(why('none', { enabled: true })).toBeUndefined();
  });

  it('arm a camera only where the recorder is armed', () => {
    expect([inForce('modect', {}).armed, inForce('modect', {}, false).armed, inForce('modect', { armed: false }).armed]).toEqual([true, false, false]);
  });

  it('give their sensitivity to zones that look for motion, and to no other', () => {
    const zone = { sensitivity: 50, overloadFrames: 0, extendAlarmFrames: 0 };
    const camera = cameraSettings({
      zones: [
        { ...zone, id: 'path', kind: 'active', sensitivity: 70 },
        { ...zone, id: 'street', kind: 'preclusive' },
        { ...zone, id: 'lawn', kind: 'inclusive' },
      ],
    });
    expect(controlsOf(camera, {}).sensitivity).toBe(70);
    expect(settingsInForce(camera, { sensitivity: 20 }, true).zones.map(({ sensitivity }) => sensitivity)).toEqual([20, 50, 20]);
    expect(controlsOf(camera, { sensitivity: 20 }).sensitivity).toBe(20);
  });
});

describe('switching recording', () => {
  const camera = cameraSettings({ function: 'modect' });
  const after = (...changes: readonly Parameters<typeof switchControls>[2][]) =>
    changes.reduce<SwitchedControls>((was, change) => switchControls(camera, was, change), {});

  it('off and on again brings back the mode from before', () => {
    expect(after({ recordMode: 'continuous' }, { record: false })).toEqual({ recordMode: 'continuous', record: false });
    expect(after({ recordMode: 'continuous' }, { record: false }, { armed: false }, { record: true })).toEqual({ recordMode: 'continuous', armed: false });
    expect(after({ record: false }, { record: true })).toEqual({});
    expect(after({ recordMode: 'continuous' }, { recordMode: 'off' }, { record: true })).toEqual({ recordMode: 'continuous' });
    expect(after({ recordMode: 'continuous' }, { recordMode: 'off' }, { recordMode: 'motion' })).toEqual({ recordMode: 'motion' });
  });

  it('on where there is no mode to go back to means motion', () => {
    // As a version before kept it.
    expect(switchControls(camera, { recordMode: 'off' }, { record: true })).toEqual({ recordMode: 'motion' });
    expect(controlsOf(cameraSettings({ function: 'monitor' }), switchControls(cameraSettings({ function: 'monitor' }), {}, { record: true }))).toMatchObject({
      record: true,
      recordMode: 'motion',
    });
  });

  it('to a mode means that it is on', () => {
    expect(controlsOf(camera, after({ record: false }, { recordMode: 'motion' }))).toMatchObject({ record: true, recordMode: 'motion' });
    expect(controlsOf(camera, after({ record: false }))).toMatchObject({ record: false, recordMode: 'off' });
  });
});
