import type { TriggerSignal } from '../../src/model/trigger.ts';
import { TriggerHub } from '../../src/triggers/trigger-hub.ts';
import { triggerRules } from '../recorder-config.ts';
import { numbersFrom, Scenario, type ScenarioSetup } from './scenario.ts';

async function begin(setup: ScenarioSetup) {
  const scenario = await Scenario.start(setup);
  const { clock, log } = scenario.env;
  const hub = new TriggerHub({ clock, log, feed: scenario.feed, rules: () => triggerRules(), camera: () => scenario.pipeline });
  /** Says a signal; the answer is waited for in virtual time. */
  const say = async (action: TriggerSignal['action'], more: Partial<TriggerSignal> = {}) => {
    const answer = hub.signal({ cameraId: 'porch', action, source: 'pir', ...more });
    let isThere = false;
    void answer.finally(() => {
      isThere = true;
    });
    for (let step = 0; step < 20 && !isThere; step++) await clock.advance(100);
    return answer;
  };
  return { scenario, hub, say };
}

const nodect = { function: 'nodect', preRollSeconds: 2, postRollSeconds: 2 } as const;

describe('a trigger', () => {
  it('opens an event with pre-roll and post-roll, the picture of its moment, and its score', async () => {
    const { scenario, say } = await begin({ camera: nodect });
    await scenario.pass(10);
    expect(await say('on', { durationMs: 5000, score: 60, cause: 'PIR', text: 'garden' })).toEqual({ eventId: 1 });
    await scenario.pass(12);
    const [event, ...others] = await scenario.events();
    expect(others).toEqual([]);
    expect(event!.frames[0]).toBe(80);
    expect(event!.frames).toEqual(numbersFrom(80, event!.frames.at(-1)!));
    expect(event!.frames.at(-1)! / 10).toBeGreaterThanOrEqual(16.9);
    expect(event!.frames.at(-1)! / 10).toBeLessThanOrEqual(17.3);
    expect(event!.row).toMatchObject({
      state: 'ready',
      causes: [{ kind: 'trigger', source: 'pir', cause: 'PIR', text: 'garden' }],
      maxScore: 60,
      hasAlarmPicture: true,
      hasSnapshot: true,
    });
    expect(event!.row.alarmFrames).toBeGreaterThanOrEqual(49);
    expect(event!.row.alarmFrames).toBeLessThanOrEqual(51);
    expect(event!.row.totalScore).toBe(event!.row.alarmFrames * 60);
    expect(scenario.changes.map(({ type }) => type)).toContain('trigger.received');
    // The snapshot shows the same moment and is a copy.
    expect(scenario.env.pictures.calls.map(({ kind }) => kind)).toEqual(['render']);
    await scenario.stop();
  });

  it('makes exactly 100 events of 100 cycles of on and cancel', async () => {
    const { scenario, say } = await begin({ camera: nodect });
    await scenario.pass(3);
    const ids: (number | undefined)[] = [];
    for (let cycle = 0; cycle < 100; cycle++) {
      ids.push((await say('on')).eventId);
      await scenario.pass(0.1 + (cycle % 7) * 0.3);
      await say('cancel');
      await scenario.pass(2.2);
    }
    await scenario.stop();
    const events = await scenario.events();
    expect(ids).toEqual(numbersFrom(1, 100));
    expect(events.map(({ row }) => row.id)).toEqual(ids);
    expect(events.every(({ row }) => row.state === 'ready' && row.hasAlarmPicture)).toBe(true);
  });

  it('makes as many without post-roll, one right after the other', async () => {
    const { scenario, say } = await begin({ camera: { ...nodect, postRollSeconds: 0 } });
    await scenario.pass(3);
    for (let cycle = 0; cycle < 100; cycle++) {
      expect((await say('on')).eventId).toBe(cycle + 1);
      await say('cancel');
    }
    await scenario.stop();
    expect((await scenario.events()).map(({ row }) => `${row.id} ${row.state}`)).toEqual(numbersFrom(1, 100).map((id) => `${id} ready`));
  });

  it('extends the open event for every source, until the last one lets go', async () => {
    const { scenario, say } = await begin({ camera: nodect });
    await scenario.pass(10);
    await say('on', { durationMs: 5000 });
    await scenario.pass(3);
    expect(await say('on', { source: 'door', durationMs: 10_000 })).toEqual({ eventId: 1 });
    await scenario.pass(5);
    expect(await say('on', { durationMs: 1000 })).toEqual({ eventId: 1 });
    expect(scenario.pipeline.state()).toMatchObject({ recording: true, forced: 'on' });
    await scenario.pass(20);
    expect(scenario.pipeline.state()).toMatchObject({ recording: false });
    expect(scenario.pipeline.state().forced).toBeUndefined();
    const [event, ...others] = await scenario.events();
    expect(others).toEqual([]);
    expect(event!.row.causes.map((cause) => cause.kind === 'trigger' && cause.source)).toEqual(['pir', 'door']);
    // Said at 13 s for 10 s, and the post-roll.
    expect(event!.frames.at(-1)! / 10).toBeGreaterThanOrEqual(24.8);
    expect(event!.frames.at(-1)! / 10).toBeLessThanOrEqual(25.3);
    await scenario.stop();
  });

  it('joins with motion in one event', async () => {
    const { scenario, say } = await begin({ camera: { postRollSeconds: 2 } });
    await scenario.pass(10);
    await say('on', { durationMs: 6000, score: 80 });
    await scenario.pass(2);
    await scenario.move(6);
    await scenario.pass(6);
    await scenario.stop();
    const [event, ...others] = await scenario.events();
    expect(others).toEqual([]);
    expect(event!.row.causes.map(({ kind }) => kind)).toEqual(['trigger', 'motion']);
    expect(event!.row.maxScore).toBe(100);
    expect(event!.row.alarmFrames).toBeLessThanOrEqual(event!.row.frames);
  });

  it('marks the section of a camera that is recorded always', async () => {
    const { scenario, say } = await begin({ camera: { function: 'record' } });
    await scenario.pass(10);
    const answer = await say('on', { durationMs: 1000, cause: 'Door' });
    await scenario.pass(10);
    await scenario.stop();
    const [event, ...others] = await scenario.events();
    expect(others).toEqual([]);
    expect(answer).toEqual({ eventId: event!.row.id });
    expect(event!.row).toMatchObject({ causes: [{ kind: 'continuous' }, { kind: 'trigger', source: 'pir', cause: 'Door' }], hasAlarmPicture: true });
    expect(event!.frames).toEqual(numbersFrom(0, scenario.sent.length - 1));
  });

  it('that lasts longer than a section goes on in the next one, without a frame lost', async () => {
    const { scenario, say } = await begin({ camera: { ...nodect, sectionLengthSeconds: 10 } });
    await scenario.pass(5);
    await say('on');
    await scenario.pass(35);
    await say('cancel');
    await scenario.pass(5);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.length).toBe(4);
    const frames = events.flatMap((event) => event.frames);
    expect(frames).toEqual(numbersFrom(frames[0]!, frames.at(-1)!));
    expect(events.every(({ row }) => row.causes.length === 1 && row.hasAlarmPicture && row.maxScore === 100)).toBe(true);
  });

  it('for a camera that is away is recorded when it is back, if it lasts so long', async () => {
    const { scenario, say } = await begin({
      camera: nodect,
      runs: [{ steps: [{ kind: 'play', seconds: 5 }, { kind: 'drop' }] }, { refuse: 'CAPTURE_CONNECT_FAILED' }, { refuse: 'CAPTURE_CONNECT_FAILED' }, {}],
    });
    await scenario.pass(5.5);
    expect(await say('on', { source: 'short', durationMs: 200 })).toEqual({ waitsFor: 'camera' });
    expect(await say('on', { durationMs: 60_000 })).toEqual({ waitsFor: 'camera' });
    await scenario.pass(80);
    await scenario.stop();
    const [event, ...others] = await scenario.events();
    expect(others).toEqual([]);
    expect(event!.row.causes).toEqual([{ kind: 'trigger', source: 'pir' }]);
    expect(event!.row).toMatchObject({ state: 'ready', hasAlarmPicture: true });
  });

  it('while nothing can be stored is recorded when it can', async () => {
    const { scenario, say } = await begin({ camera: nodect });
    await scenario.pass(5);
    scenario.env.files.faults.failAppend = true;
    expect(await say('on', { durationMs: 30_000 })).toEqual({ waitsFor: 'storage' });
    await scenario.pass(8);
    scenario.env.files.faults.failAppend = false;
    await scenario.pass(40);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.map(({ row }) => row.state)).toEqual(['ready']);
    expect(events[0]!.frames.length).toBeGreaterThan(200);
  });
});

describe('a trigger that forbids alarms', () => {
  it('ends the event at once, and nothing opens another one until its time is over', async () => {
    const { scenario, say } = await begin({ camera: { postRollSeconds: 2 } });
    await scenario.pass(10);
    scenario.env.analyzer.isMoving = true;
    await scenario.pass(5);
    expect(scenario.pipeline.state()).toMatchObject({ recording: true, motion: true });
    await say('off', { durationMs: 20_000 });
    expect(scenario.pipeline.state()).toMatchObject({ recording: false, motion: false, forced: 'off' });
    await scenario.pass(19.8);
    expect(scenario.pipeline.state().recording).toBe(false);
    await scenario.pass(0.4);
    expect(scenario.pipeline.state()).toMatchObject({ recording: true, motion: true });
    scenario.env.analyzer.isMoving = false;
    await scenario.pass(10);
    await scenario.stop();
    const [first, second, ...others] = await scenario.events();
    expect(others).toEqual([]);
    expect(first!.frames.at(-1)! / 10).toBeLessThanOrEqual(15.1);
    // From when alarms were allowed again (35 s), with the pre-roll of 5 s back to a key frame.
    expect(second!.frames[0]! / 10).toBeGreaterThanOrEqual(29);
    expect(second!.row.causes).toEqual([{ kind: 'motion', zones: ['all'] }]);
  });

  it('keeps a camera that is recorded always recording', async () => {
    const { scenario, say } = await begin({ camera: { function: 'mocord' } });
    await scenario.pass(10);
    await say('off');
    await scenario.move(5);
    await say('cancel');
    await scenario.pass(5);
    await scenario.stop();
    const [event, ...others] = await scenario.events();
    expect(others).toEqual([]);
    expect(event!.row.causes).toEqual([{ kind: 'continuous' }]);
    expect(event!.frames).toEqual(numbersFrom(0, scenario.sent.length - 1));
  });

  it('puts its words on the pictures of its event, whatever is shown when they are made', async () => {
    const { scenario, say } = await begin({ camera: nodect });
    await scenario.pass(3);
    await say('show', { source: 'thermometer', showText: '21.5 °C' });
    await say('on', { durationMs: 3000, showText: 'DOOR' });
    await scenario.pass(10);
    const labels = (): readonly string[] => scenario.env.painter.calls.flatMap((call) => (call.kind === 'label' ? [call.text] : []));
    // The other picture is a copy.
    expect(labels()).toEqual(['DOOR']);
    await say('on', { score: 20, durationMs: 2000 });
    await scenario.pass(1);
    await say('on', { source: 'bell', score: 90, showText: 'BELL', durationMs: 1000 });
    await scenario.pass(10);
    expect(labels()).toEqual(['DOOR', '21.5 °C', 'BELL']);
    await scenario.stop();
  });
});
