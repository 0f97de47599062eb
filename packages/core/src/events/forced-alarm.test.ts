import { cameraSettings } from '../../test/camera-settings.ts';
import { startTracking as start, track } from '../../test/tracked-camera.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { wallMs } from '../model/time.ts';
import { NOTHING_FORCED, type TriggerHold, type TriggerState } from '../model/trigger.ts';

const OFF: TriggerState = { isOff: true, holds: [] };
const held = (...holds: readonly TriggerHold[]): TriggerState => ({ isOff: false, holds });

describe('EventTracker under triggers', () => {
  it('holds an event until the last source lets go, and the post-roll beyond', async () => {
    const { tracker, demands, begin, end, saved, pictures, progress, frames, now } = await start('nodect');
    await frames(20);
    const rangMs = now();
    tracker.setTriggers(held({ source: 'bell', score: 30, cause: 'Bell', text: 'ring' }));
    expect(demands).toEqual([{ section: 1, from: rangMs - 5000 }]);
    const section = await begin(wallMs(rangMs - 6000));
    progress(section, 60);
    await frames(10);
    tracker.setTriggers(held({ source: 'bell', score: 30 }, { source: 'gate', score: 70 }));
    await frames(10);
    tracker.setTriggers(held({ source: 'gate', score: 70 }));
    expect(demands).toHaveLength(1);
    tracker.setTriggers(NOTHING_FORCED);
    await frames(49);
    expect(demands).toHaveLength(1);
    await frames(2);
    expect(demands).toHaveLength(2);
    await end(section);
    expect(saved.at(-1)).toMatchObject({
      causes: [
        { kind: 'trigger', source: 'bell', cause: 'Bell', text: 'ring' },
        { kind: 'trigger', source: 'gate' },
      ],
      maxScore: 70,
      // The frame at hand, and those captured while somebody held.
      alarmFrames: 21,
      totalScore: 11 * 30 + 10 * 70,
    });
    // Both pictures show the moment of the strongest signal; where that is the first one, they are one picture.
    expect(pictures[0]).toEqual(['alarm', rangMs]);
  });

  it('begins no event with what is left of a post-roll when the camera records again', async () => {
    const { tracker, demands, begin, frames } = await start('nodect');
    tracker.setTriggers(held({ source: 'bell', score: 30 }));
    await begin();
    await frames(10);
    tracker.takeSettings(cameraSettings({ function: 'monitor' }));
    tracker.setTriggers(NOTHING_FORCED);
    await frames(5);
    tracker.takeSettings(cameraSettings({ function: 'nodect' }));
    expect(demands).toEqual([expect.objectContaining({ section: 1 }), undefined]);
  });

  it('tells the cause of what begins within the post-roll, where a section is cut', async () => {
    const { tracker, begin, end, frames, saved } = await start('nodect');
    tracker.setTriggers(held({ source: 'bell', score: 30, cause: 'Bell' }));
    await begin();
    await frames(10);
    tracker.setTriggers(NOTHING_FORCED);
    tracker.cutNow();
    const second = await begin();
    await frames(5);
    await end(second);
    expect(saved.at(-1)).toMatchObject({ causes: [{ kind: 'trigger', source: 'bell', cause: 'Bell' }] });
  });

  it('extends the event that is in its post-roll', async () => {
    const { tracker, demands, begin, frames } = await start('nodect');
    await frames(1);
    for (let ring = 0; ring < 5; ring++) {
      tracker.setTriggers(held({ source: 'bell', score: 30 }));
      if (ring === 0) await begin();
      await frames(20);
      tracker.setTriggers(NOTHING_FORCED);
      await frames(45);
    }
    expect(demands).toHaveLength(1);
  });

  it('without post-roll makes an event of each signal, however short', async () => {
    const { tracker, demands, begin, end, said, progress } = track({ function: 'nodect', postRollSeconds: 0 });
    tracker.runStarted();
    for (let ring = 0; ring < 100; ring++) {
      tracker.setTriggers(held({ source: 'bell', score: 30 }));
      const section = await begin();
      progress(section, 5);
      tracker.setTriggers(NOTHING_FORCED);
      await end(section);
    }
    expect(demands).toHaveLength(200);
    expect(said.filter((line) => line.startsWith('ready'))).toHaveLength(100);
  });

  it('waits with the end of a signal until its event has begun', async () => {
    const { tracker, demands, begin, frames } = track({ function: 'nodect', postRollSeconds: 0 });
    tracker.runStarted();
    tracker.setTriggers(held({ source: 'bell', score: 30 }));
    tracker.setTriggers(NOTHING_FORCED);
    await frames(30);
    expect(demands).toHaveLength(1);
    await begin();
    await frames(1);
    expect(demands.at(-1)).toBeUndefined();
  });

  it('records nothing but what it always records while alarms are forbidden', async () => {
    const { tracker, demands, begin, sample, frames, now } = await start('modect');
    sample(50);
    tracker.alarmChanged('alarm', now());
    await begin();
    tracker.setTriggers(OFF);
    expect(demands.at(-1)).toBeUndefined();
    tracker.setAnalysisDown(true);
    tracker.alarmChanged('idle', undefined);
    tracker.alarmChanged('alarm', now());
    await frames(20);
    expect(demands).toHaveLength(2);
    tracker.setTriggers(NOTHING_FORCED);
    expect(demands.at(-1)).toMatchObject({ section: 2 });
    const always = await start('record');
    always.tracker.setTriggers(OFF);
    expect(always.demands).toHaveLength(1);
  });

  it('marks what is recorded anyway with a signal', async () => {
    const { tracker, demands, begin, progress, end, frames, saved, pictures, now } = await start('record');
    const section = await begin();
    progress(section, 5);
    await frames(10);
    const rangMs = now();
    tracker.setTriggers(held({ source: 'bell', score: 30 }));
    tracker.setTriggers(NOTHING_FORCED);
    await frames(100);
    expect(demands).toHaveLength(1);
    await end(section);
    expect(saved.at(-1)).toMatchObject({ causes: [{ kind: 'continuous' }, { kind: 'trigger', source: 'bell' }], hasAlarmPicture: true });
    expect(pictures[0]).toEqual(['alarm', rangMs]);
  });

  it('adds what moves to what a signal is worth, in the frame it is seen in', async () => {
    const { tracker, begin, end, frames, sample, saved } = await start('modect');
    tracker.setTriggers(held({ source: 'bell', score: 60 }));
    const section = await begin();
    await frames(1);
    sample(30);
    await frames(1);
    sample(70);
    await end(section);
    expect(saved.at(-1)).toMatchObject({ maxScore: 100, alarmFrames: 3, totalScore: 60 + 90 + 100 });
  });

  it('answers with the event once others can look it up, or with what it waits for', async () => {
    const { tracker, begin, progress, end } = await start('nodect');
    const open = new AbortController().signal;
    tracker.runEnded('CAPTURE_LOST');
    tracker.setTriggers(held({ source: 'bell', score: 30 }));
    expect(await tracker.currentEvent(open)).toEqual({ waitsFor: 'camera' });
    tracker.runStarted();
    expect(await tracker.currentEvent(AbortSignal.abort())).toEqual({ waitsFor: 'camera' });
    const answer = tracker.currentEvent(open);
    const section = await begin();
    progress(section, 5);
    expect(await answer).toEqual({ eventId: 1 });
    expect(await tracker.currentEvent(open)).toEqual({ eventId: 1 });
    await end(section, { failure: new RecorderError('DISK_FAILED', 'i/o error') });
    expect(await tracker.currentEvent(open)).toEqual({ waitsFor: 'storage' });
    await tracker.stop();
  });
});
