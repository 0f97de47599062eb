import { sampleVideoTrack, settle } from '@nightjar/testkit';
import { cameraSettings } from '../../test/camera-settings.ts';
import { packetAt } from '../../test/packets.ts';
import { startTracking as start, track } from '../../test/tracked-camera.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraFunction } from '../model/camera.ts';
import { wallMs } from '../model/time.ts';
import type { TrackerPorts } from './event-tracker.ts';

const info = { video: sampleVideoTrack() };

describe('EventTracker', () => {
  it.each<[CameraFunction, boolean]>([
    ['none', false],
    ['monitor', false],
    ['modect', false],
    ['record', true],
    ['mocord', true],
    ['nodect', false],
  ])('%s records from the start: %s', async (kind, records) => {
    const { demands, tracker } = await start(kind);
    expect(demands).toEqual(records ? [{ section: 1, from: 'next-key' }] : []);
    tracker.runEnded('CAPTURE_LOST');
    expect(demands.at(-1)).toBeUndefined();
  });

  it('makes an event of an alarm, with what led to it', async () => {
    const { tracker, clock, demands, begin, progress, end, sample, said, saved, pictures, now } = await start('modect');
    await clock.advance(60_000);
    const firstMs = now();
    sample(30, ['door']);
    tracker.alarmChanged('prealarm', firstMs);
    await clock.advance(200);
    sample(50, ['path']);
    tracker.alarmChanged('alarm', firstMs);
    expect(demands).toEqual([{ section: 1, from: firstMs - 5000 }]);
    const section = await begin(wallMs(firstMs - 6000));
    progress(section, 60);
    sample(20, ['tree']);
    tracker.alarmChanged('alert', undefined);
    tracker.alarmChanged('idle', undefined);
    expect(demands.at(-1)).toBeUndefined();
    await end(section, { frames: 100 });
    expect(said).toEqual(['opened 1', 'updated 1', 'closed 1', 'ready 1']);
    expect(saved.at(-1)).toMatchObject({
      state: 'ready',
      frames: 100,
      sizeBytes: 100_000,
      maxScore: 50,
      totalScore: 100,
      alarmFrames: 3,
      causes: [{ kind: 'motion', zones: ['door', 'path', 'tree'] }],
      hasSnapshot: true,
      hasAlarmPicture: true,
    });
    expect(pictures).toEqual([
      ['alarm', firstMs],
      ['snapshot', firstMs + 200],
    ]);
  });

  it('forgets a score that came to nothing', async () => {
    const { tracker, sample, begin, end, saved, now } = await start('modect');
    sample(90, ['ghost']);
    sample(0, []);
    sample(10, ['door']);
    tracker.alarmChanged('alarm', now());
    await end(await begin());
    expect(saved.at(-1)).toMatchObject({ maxScore: 10, causes: [{ kind: 'motion', zones: ['door'] }] });
  });

  it('marks motion in a section that is recorded anyway', async () => {
    const { tracker, sample, begin, progress, end, saved, demands, pictures, now } = await start('mocord');
    const section = await begin();
    progress(section, 5);
    sample(40);
    tracker.alarmChanged('alarm', now());
    sample(0, []);
    tracker.alarmChanged('alert', undefined);
    sample(44, ['gate']);
    tracker.alarmChanged('alarm', now());
    tracker.alarmChanged('idle', undefined);
    expect(demands).toHaveLength(1);
    expect(pictures).toHaveLength(1);
    await end(section);
    expect(saved.at(-1)?.causes).toMatchObject([{ kind: 'continuous' }, { kind: 'motion' }]);
  });

  it('counts motion in the section that has its frames, also while the next one waits for its key picture', async () => {
    const { tracker, begin, end, sample, frames, saved, pictures, now } = await start('mocord');
    const first = await begin();
    await frames(10);
    tracker.cutNow();
    const movedMs = now();
    sample(40);
    tracker.alarmChanged('alarm', movedMs);
    await frames(1);
    sample(50);
    await frames(1);
    tracker.alarmChanged('idle', undefined);
    const second = await begin();
    await end(first);
    await frames(5);
    await end(second);
    const byId = (id: number) => saved.findLast((row) => row.id === id);
    expect(byId(1)).toMatchObject({ causes: [{ kind: 'continuous' }, { kind: 'motion', zones: ['all'] }], alarmFrames: 2, maxScore: 50 });
    expect(byId(2)).toMatchObject({ causes: [{ kind: 'continuous' }], alarmFrames: 0 });
    expect(pictures).toContainEqual(['snapshot', movedMs + 100]);
  });

  it('counts no motion of frames that came before anything was recorded', async () => {
    const { tracker, begin, end, sample, frames, saved, now } = track({ function: 'monitor' });
    tracker.runStarted();
    sample(40);
    tracker.alarmChanged('alarm', now());
    tracker.takeSettings(cameraSettings({ function: 'mocord' }));
    sample(90);
    await frames(5);
    const section = await begin();
    sample(50);
    await end(section);
    expect(saved.at(-1)).toMatchObject({ causes: [{ kind: 'continuous' }, { kind: 'motion', zones: ['all'] }], alarmFrames: 1, maxScore: 50 });
  });

  it('cuts sections with the next key picture, once each', async () => {
    const { tracker, demands, begin, end, now } = track({ function: 'record', sectionLengthSeconds: 10 });
    tracker.runStarted();
    const startMs = now();
    const first = await begin(startMs);
    for (let ms = 0; ms < 15_000; ms += 1000) tracker.frameCaptured(wallMs(startMs + ms));
    expect(demands).toEqual([
      { section: 1, from: 'next-key' },
      { section: 2, from: 'next-key' },
    ]);
    await begin(wallMs(startMs + 12_000));
    await end(first);
    tracker.frameCaptured(wallMs(startMs + 21_900));
    expect(demands).toHaveLength(2);
    tracker.frameCaptured(wallMs(startMs + 22_000));
    expect(demands.at(-1)).toEqual({ section: 3, from: 'next-key' });
    tracker.cutNow();
    expect(demands).toHaveLength(3);
  });

  it('keeps footage while analysis is down', async () => {
    const { tracker, demands, begin, end, saved } = await start('modect');
    tracker.setAnalysisDown(true);
    const section = await begin();
    tracker.setAnalysisDown(false);
    expect(demands).toMatchObject([{ section: 1 }, undefined]);
    await end(section);
    expect(saved.at(-1)?.causes).toEqual([{ kind: 'analysis-down' }]);
  });

  it('saves and tells of an open event now and then, not with every fragment', async () => {
    const { begin, progress, saved, said, clock } = await start('record');
    const section = await begin();
    for (let frames = 5; frames <= 200; frames += 5) {
      await clock.advance(500);
      progress(section, frames);
    }
    expect(saved.filter(({ state }) => state === 'open')).toHaveLength(4);
    expect(said.filter((line) => line === 'updated 1')).toHaveLength(20);
  });

  it('describes a section as it is, and no other', async () => {
    const { tracker, begin, now } = await start('record');
    const section = await begin();
    expect(tracker.describeSection(section, { endMs: now(), frames: 7, sizeBytes: 70 })).toMatchObject({ id: 1, frames: 7, sizeBytes: 70 });
    expect(tracker.describeSection(99, { endMs: now(), frames: 7, sizeBytes: 70 })).toBeUndefined();
    expect(await tracker.placeSection(99, now(), info)).toBeUndefined();
    tracker.sectionProgressed(99, { endMs: now(), frames: 7, sizeBytes: 70 });
    tracker.sectionEnded(99, { frames: 0, endMs: now(), facts: undefined, failure: undefined });
  });

  it('notes a gap when the camera was away, from the last picture to the first', async () => {
    const { tracker, begin, progress, clock, gaps, now } = await start('record');
    progress(await begin(), 5);
    const lostMs = now();
    tracker.runEnded('CAPTURE_STALLED');
    await clock.advance(30_000);
    tracker.runStarted();
    await clock.advance(1000);
    progress(await begin(), 5);
    expect(gaps).toMatchObject([{ cameraId: 'porch', fromMs: lostMs, toMs: now(), reason: 'camera-stalled', lostFrames: 0 }]);
  });

  it('notes what the disk was too slow for', async () => {
    const { tracker, gaps, now } = await start('record');
    tracker.sectionDropped(12, now(), wallMs(now() + 1200));
    expect(gaps).toMatchObject([{ reason: 'overload', lostFrames: 12 }]);
  });

  it('tries again after a failure, ever less often, from where it stopped', async () => {
    const { tracker, begin, progress, end, clock, demands, gaps, said, now } = await start('record');
    const section = await begin();
    progress(section, 5);
    const stoppedMs = now();
    const failure = new RecorderError('DISK_FULL', 'no space');
    await end(section, { frames: 5, failure });
    expect(demands.at(-1)).toBeUndefined();
    const asked: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      const before = demands.length;
      const fromMs = now();
      while (demands.length === before) await clock.advance(100);
      asked.push(now() - fromMs);
      await end(await begin(), { frames: 0, failure });
    }
    expect(asked).toEqual([1000, 2000, 4000, 4000]);
    expect(said.filter((line) => line === 'trouble')).toHaveLength(5);
    while (demands.at(-1) === undefined) await clock.advance(100);
    progress(await begin(), 5);
    expect(gaps).toMatchObject([{ reason: 'disk-full', fromMs: stoppedMs, toMs: now() }]);
    tracker.frameCaptured(now());
  });

  it('waits out a failure also when the camera comes back meanwhile', async () => {
    const { tracker, begin, end, demands, clock } = await start('record');
    await end(await begin(), { frames: 0, failure: new RecorderError('DISK_FAILED', 'i/o error') });
    tracker.runEnded('CAPTURE_LOST');
    tracker.runStarted();
    expect(demands.at(-1)).toBeUndefined();
    await clock.advance(1000);
    expect(demands.at(-1)).toMatchObject({ section: 2 });
  });

  it('leaves the section after one that failed alone', async () => {
    const { tracker, begin, progress, end, demands, gaps, now, clock } = await start('record');
    const first = await begin();
    progress(first, 5);
    tracker.cutNow();
    const lostMs = now();
    await clock.advance(700);
    const second = await begin();
    await end(first, { frames: 5, endMs: lostMs, failure: new RecorderError('DISK_FAILED', 'i/o error') });
    expect(demands.at(-1)).toEqual({ section: second, from: 'next-key' });
    progress(second, 5);
    expect(gaps).toMatchObject([{ reason: 'disk-error', fromMs: lostMs, toMs: now() }]);
  });

  it('forgets an event without a picture, of which nobody has heard', async () => {
    const { begin, end, said, saved } = await start('record');
    await end(await begin(), { frames: 0, failure: new RecorderError('DISK_FAILED', 'i/o error') });
    expect(said).toEqual(['trouble', 'discarded 1']);
    expect(saved).toEqual([]);
  });

  it('forgets nothing that was written, even when nobody can say what it is', async () => {
    const { begin, progress, end, said, saved, log } = await start('record');
    const section = await begin();
    progress(section, 30);
    await end(section, { frames: 30, facts: undefined, failure: new RecorderError('DISK_FAILED', 'i/o error') });
    expect(said).not.toContain('discarded 1');
    expect(said.at(-1)).toBe('closed 1');
    expect(saved.at(-1)).toMatchObject({ state: 'closed', frames: 30 });
    log.expectLine('the next start repairs it', 'error');
  });

  it('needs no place to fail', async () => {
    const { tracker, end, demands, said, now, clock } = track({ function: 'record' }, { place: async () => undefined });
    tracker.runStarted();
    expect(await tracker.placeSection(1, now(), info)).toBeUndefined();
    await end(1, { frames: 0, failure: new RecorderError('DISK_FAILED', 'no storage area can be written to') });
    expect(demands.at(-1)).toBeUndefined();
    expect(said).toEqual(['trouble']);
    await clock.advance(1000);
    expect(demands.at(-1)).toMatchObject({ section: 2 });
    await tracker.stop();
  });

  it('keeps the packet of its best frame, asked for once for each better one', async () => {
    const asked: number[] = [];
    const keys: unknown[] = [];
    const ports: Partial<TrackerPorts> = {
      keyPicture: (atMs) => {
        asked.push(atMs);
        return { video: info.video, packets: [packetAt({ ms: 0, isKey: true, bytes: asked.length })] };
      },
      snapshot: async ({ key, isAlarmPicture }) => {
        keys.push([key?.packets[0]?.data.length, isAlarmPicture]);
        return true;
      },
    };
    const { tracker, begin, progress, end, sample, now } = track({}, ports);
    tracker.runStarted();
    const [first, better, best] = [0, 200, 400].map((ms) => wallMs(now() + ms));
    sample(40, ['all'], first);
    tracker.alarmChanged('alarm', first);
    const section = await begin();
    for (const [score, at] of [
      [40, better],
      [60, best],
      [50, better],
    ] as const)
      sample(score, ['all'], at);
    progress(section, 5);
    await end(section);
    expect([asked, keys]).toEqual([[first, best], [[2, false]]]);
    // An alarm whose first frame stays the best one.
    tracker.alarmChanged('idle', undefined);
    const again = wallMs(now() + 600);
    sample(70, ['all'], again);
    tracker.alarmChanged('alarm', again);
    const next = await begin();
    progress(next, 5);
    await end(next);
    expect(keys.at(-1)).toEqual([3, true]);
  });

  it('is ready when both pictures are known, made or not', async () => {
    const { tracker, begin, progress, end, sample, saved, said, now } = track({}, { alarmPicture: async () => false, snapshot: async () => false });
    tracker.runStarted();
    sample(40);
    tracker.alarmChanged('alarm', now());
    const section = await begin();
    progress(section, 5);
    await end(section);
    expect(said.at(-1)).toBe('ready 1');
    expect(saved.at(-1)).toMatchObject({ state: 'ready', hasSnapshot: false, hasAlarmPicture: false });
  });

  it('stops when every event that is being finished is ready', async () => {
    const waiting: ((made: boolean) => void)[] = [];
    const { tracker, begin, end, said } = track({ function: 'record' }, { snapshot: () => new Promise((resolve) => waiting.push(resolve)) });
    tracker.runStarted();
    const first = await begin();
    tracker.cutNow();
    const second = await begin();
    await end(first);
    await end(second);
    let isStopped = false;
    const stopping = tracker.stop().then(() => {
      isStopped = true;
    });
    await settle();
    waiting[0]?.(true);
    await settle();
    expect(isStopped).toBe(false);
    waiting[1]?.(true);
    await stopping;
    expect(said.filter((line) => line.startsWith('ready'))).toEqual(['ready 1', 'ready 2']);
  });

  it('begins nothing after it was stopped', async () => {
    const { tracker, demands, clock, begin, end } = await start('record');
    await end(await begin(), { frames: 0, failure: new RecorderError('DISK_FAILED', 'i/o error') });
    await tracker.stop();
    tracker.runStarted();
    await clock.advance(60_000);
    expect(demands.at(-1)).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not remember sections that never began', async () => {
    const { tracker, demands } = await start('modect');
    for (let index = 0; index < 50; index++) {
      tracker.setAnalysisDown(true);
      tracker.setAnalysisDown(false);
    }
    expect(demands).toHaveLength(100);
    expect(await tracker.placeSection(3, wallMs(0), info)).toBeUndefined();
    expect(await tracker.placeSection(50, wallMs(0), info)).toBeDefined();
    await tracker.stop();
  });
});
