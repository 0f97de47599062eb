import type { ChangeBody } from '@nightjar/client';
import { FakeClock, RecordingLogger } from '@nightjar/testkit';
import { triggerRules } from '../../test/recorder-config.ts';
import type { CameraFunction } from '../model/camera.ts';
import type { TriggerAnswer, TriggerRules, TriggerSignal, TriggerState } from '../model/trigger.ts';
import { TriggerHub } from './trigger-hub.ts';

function make(kind: CameraFunction = 'nodect', answer: TriggerAnswer = { eventId: 7 }, rules: Partial<TriggerRules> = {}) {
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const changes: ChangeBody[] = [];
  const feed = { publish: (change: ChangeBody) => ({ ...change, seq: changes.push(change), at: '' }) };
  const told: (readonly [number, string])[] = [];
  const camera = {
    function: kind,
    isRecordingOff: false,
    setTriggers: (state: TriggerState) => told.push([clock.monotonic(), state.isOff ? 'off' : state.holds.map(({ source }) => source).join('+') || 'nothing']),
    currentEvent: async () => answer,
  };
  const hub = new TriggerHub({
    clock,
    log,
    feed,
    rules: () => triggerRules(rules),
    camera: (id) => (id === 'porch' ? camera : undefined),
  });
  const say = (action: TriggerSignal['action'], source = 'pir', more: Partial<TriggerSignal> = {}): Promise<TriggerAnswer> =>
    hub.signal({ cameraId: 'porch', action, source, ...more });
  return { clock, log, changes, told, hub, say, camera };
}

describe('TriggerHub', () => {
  it('holds a camera for every source until it lets go', async () => {
    const { say, told, hub } = make();
    expect(await say('on', 'pir', { score: 40, cause: 'PIR', text: 'garden', showText: 'G' })).toEqual({ eventId: 7 });
    expect(hub.state('porch')).toEqual({ isOff: false, holds: [{ source: 'pir', score: 40, cause: 'PIR', text: 'garden', showText: 'G' }], showText: 'G' });
    await say('on', 'door');
    expect(hub.state('porch').holds[1]).toEqual({ source: 'door', score: 100 });
    expect(await say('cancel', 'pir')).toEqual({});
    await say('cancel', 'somebody');
    await say('cancel', 'door');
    expect(told.map(([, state]) => state)).toEqual(['pir', 'pir+door', 'door', 'door', 'nothing']);
    expect(hub.received).toEqual({ on: 2, off: 0, cancel: 3, pulse: 0, show: 0 });
  });

  it.each<[string, readonly (readonly [number, TriggerSignal['action'], number?])[], number]>([
    ['ends when its time is over', [[0, 'on', 10_000]], 10_000],
    [
      'is extended by the same source',
      [
        [0, 'on', 10_000],
        [9000, 'on', 10_000],
      ],
      19_000,
    ],
    [
      'is never shortened',
      [
        [0, 'on', 20_000],
        [5000, 'on', 5000],
      ],
      20_000,
    ],
    [
      'lasts until it is cancelled when it is said without a time',
      [
        [0, 'on', 5000],
        [1000, 'on'],
        [90_000, 'cancel'],
      ],
      90_000,
    ],
    [
      'lasts on when a time is said later',
      [
        [0, 'on'],
        [1000, 'on', 5000],
        [90_000, 'cancel'],
      ],
      90_000,
    ],
    ['ends to the millisecond', [[250, 'on', 100]], 350],
  ])('a hold %s', async (_, script, endsMs) => {
    const { say, told, clock } = make();
    for (const [atMs, action, durationMs] of script) {
      await clock.advance(atMs - clock.monotonic());
      await say(action, 'pir', durationMs === undefined ? {} : { durationMs });
    }
    await clock.advance(86_400_000);
    expect(told.filter(([, state]) => state === 'nothing')).toEqual([[endsMs, 'nothing']]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets everybody go with off, and keeps alarms away until its time is over or anybody cancels it', async () => {
    const { say, told, clock, hub } = make('modect');
    await say('on', 'pir', { durationMs: 60_000 });
    await say('on', 'door');
    await say('off', 'remote', { durationMs: 30_000 });
    expect(hub.state('porch')).toEqual({ isOff: true, holds: [] });
    await clock.advance(29_999);
    expect(told.at(-1)).toEqual([0, 'off']);
    await clock.advance(1);
    expect(told.at(-1)).toEqual([30_000, 'nothing']);
    await say('off', 'remote');
    await say('cancel', 'somebody else');
    expect(told.at(-1)?.[1]).toBe('nothing');
    await clock.advance(86_400_000);
    expect(told).toHaveLength(6);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets the newest word count: on ends off', async () => {
    const { say, told, clock } = make('modect');
    await say('off', 'remote', { durationMs: 3_600_000 });
    await say('on', 'pir', { durationMs: 5000 });
    await clock.advance(3_600_000);
    expect(told.map(([, state]) => state)).toEqual(['off', 'pir', 'nothing']);
  });

  it('tells the change feed and the log who said what', async () => {
    const { say, changes, log } = make();
    await say('on', 'pir', { durationMs: 1500 });
    expect(changes).toEqual([{ type: 'trigger.received', data: { cameraId: 'porch', action: 'on', source: 'pir' } }]);
    log.expectLine('trigger on by pir for 1.5 s', 'info');
    await say('pulse', 'button', { cause: 'Doorbell' });
    expect(changes.at(-1)).toMatchObject({ data: { action: 'pulse', source: 'button', cause: 'Doorbell' } });
  });

  it.each<CameraFunction>(['none', 'monitor'])('says that a camera of function %s records nothing', async (kind) => {
    const { say, told } = make(kind);
    for (const action of ['on', 'off'] as const)
      await expect(say(action)).rejects.toMatchObject({
        code: 'CAMERA_CANNOT',
        message: `camera porch records nothing (function ${kind}), so nothing can trigger it`,
      });
    expect(told).toEqual([]);
    expect(await say('cancel')).toEqual({});
  });

  it('tells of a signal for a camera whose recording is switched off, and forces nothing', async () => {
    const { say, told, changes, camera, hub } = make('monitor');
    camera.isRecordingOff = true;
    expect(await say('pulse', 'button', { cause: 'bell' })).toEqual({});
    expect(await say('on', 'pir')).toEqual({});
    expect(changes.map(({ type, data }) => [type, 'action' in data && data.action])).toEqual([
      ['trigger.received', 'pulse'],
      ['trigger.received', 'on'],
    ]);
    await expect(say('off')).rejects.toMatchObject({ code: 'CAMERA_CANNOT' });
    expect(told).toEqual([]);
    expect(hub.state('porch').holds).toEqual([]);
  });

  it('says what an event waits for', async () => {
    expect(await make('record', { waitsFor: 'camera' }).say('on')).toEqual({ waitsFor: 'camera' });
  });

  it('refuses unknown cameras and signals that are none, and tells nobody of them', async () => {
    const { hub, say, changes, told } = make();
    await expect(hub.signal({ cameraId: 'nobody', action: 'on', source: 'pir' })).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    await expect(say('on', 'pir', { score: 1e9 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(told).toEqual([]);
    expect(changes).toEqual([]);
  });

  it('is held by so many sources and no more', async () => {
    const { say, hub } = make();
    for (let index = 0; index < 32; index++) await say('on', `sensor ${index}`);
    await expect(say('on', 'one more')).rejects.toMatchObject({ code: 'TRIGGERS_FULL', message: '32 sources hold camera porch already' });
    await say('on', 'sensor 3');
    await say('cancel', 'sensor 4');
    await say('on', 'one more');
    expect(hub.state('porch').holds).toHaveLength(32);
  });

  it('answers within 1.5 s whatever the camera does', async () => {
    const { say, camera, clock } = make();
    camera.currentEvent = (deadline?: AbortSignal) =>
      new Promise((resolve) => deadline?.addEventListener('abort', () => resolve({ waitsFor: 'storage' }), { once: true }));
    const answer = say('on');
    await clock.advance(1500);
    expect(await answer).toEqual({ waitsFor: 'storage' });
  });

  it('tells a pipeline that begins again, and forgets cameras that are gone or record nothing any more', async () => {
    const { say, hub, told, camera, clock } = make();
    hub.restore('porch');
    await say('on', 'pir', { durationMs: 60_000 });
    hub.restore('porch');
    expect(told.map(([, state]) => state)).toEqual(['pir', 'pir']);
    camera.function = 'monitor';
    hub.restore('porch');
    expect(hub.state('porch').holds).toEqual([]);
    camera.function = 'nodect';
    await say('on', 'pir', { durationMs: 60_000 });
    await say('off', 'pir', { durationMs: 60_000 });
    hub.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets a pulse last as long as is set, or as it says', async () => {
    const { say, told, clock } = make('nodect', { eventId: 7 }, { pulseMs: 3000 });
    expect(await say('pulse')).toEqual({ eventId: 7 });
    await clock.advance(10_000);
    await say('pulse', 'pir', { durationMs: 500 });
    await clock.advance(10_000);
    expect(told.filter(([, state]) => state === 'nothing').map(([atMs]) => atMs)).toEqual([3000, 10_500]);
  });

  it('shows the newest words until whoever said them takes them back or lets go', async () => {
    const { say, hub, clock } = make();
    const shown = (): string | undefined => hub.state('porch').showText;
    await say('show', 'thermometer', { showText: '21.5 °C' });
    expect(hub.state('porch')).toEqual({ isOff: false, holds: [], showText: '21.5 °C' });
    await say('on', 'door', { showText: 'DOOR', durationMs: 5000 });
    expect(shown()).toBe('DOOR');
    await say('on', 'pir');
    expect(shown()).toBe('DOOR');
    await clock.advance(5000);
    expect(shown()).toBe('21.5 °C');
    await say('show', 'door', { showText: 'short', durationMs: 1000 });
    expect(shown()).toBe('short');
    await say('off', 'remote');
    expect(shown()).toBe('short');
    await clock.advance(1000);
    await say('cancel', 'remote', { showText: 'quiet' });
    expect(shown()).toBe('quiet');
    await say('cancel', 'remote');
    await say('show', 'thermometer');
    expect(hub.state('porch')).toEqual({ isOff: false, holds: [] });
    expect(clock.pendingTimers).toBe(0);
  });

  it('shows words on cameras that record nothing', async () => {
    const { say, hub, told } = make('monitor');
    await say('show', 'thermometer', { showText: '21.5 °C' });
    expect(told).toHaveLength(1);
    hub.restore('porch');
    expect(hub.state('porch').showText).toBe('21.5 °C');
    await expect(make('none').say('show')).rejects.toMatchObject({ code: 'CAMERA_CANNOT' });
  });

  it('lets a contact bounce: on counts at once, cancel when its source is quiet', async () => {
    const { say, told, clock } = make('nodect', { eventId: 7 }, { debounceMs: 200 });
    for (let bounce = 0; bounce < 5; bounce++) {
      await say('on', 'contact');
      await clock.advance(20);
      await say('cancel', 'contact');
      await clock.advance(20);
    }
    expect(told.every(([, state]) => state === 'contact')).toBe(true);
    await clock.advance(1000);
    expect(told.at(-1)).toEqual([380, 'nothing']);
    await say('on', 'contact');
    await say('cancel', 'contact');
    await say('off', 'remote');
    await clock.advance(1000);
    expect(told.slice(-2).map(([, state]) => state)).toEqual(['contact', 'off']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('refuses a source that says too much, and lets it let go', async () => {
    const { say, clock } = make('nodect', { eventId: 7 }, { maxPerSecond: 2 });
    for (let count = 0; count < 20; count++) await say('on');
    await expect(say('on')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', message: 'pir sends more than 2 signals a second (triggers.maxPerSecond)' });
    await say('on', 'door');
    await say('cancel');
    await expect(say('cancel')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    await clock.advance(500);
    await say('on');
  });
});
