import { numbersFrom, Scenario } from './scenario.ts';

describe('motion that starts between key packets', () => {
  it('is recorded from the key packet before its pre-roll until its post-roll is over, once', async () => {
    const scenario = await Scenario.start({ camera: { preRollSeconds: 3, postRollSeconds: 2 }, runs: [{ gopSeconds: 2 }] });
    await scenario.pass(20.55);
    await scenario.move(4);
    await scenario.pass(10);
    const [event, ...others] = await scenario.events();
    expect(others).toEqual([]);
    // Motion is seen first at 20.6 s; 3 s before is 17.6 s, and the key packet before that is at 16 s.
    const last = event!.frames.at(-1)!;
    expect(event!.frames).toEqual(numbersFrom(160, last));
    expect(last / 10).toBeGreaterThan(24.5 + 2);
    expect(last / 10).toBeLessThan(24.5 + 2.4);
    expect(event!.row).toMatchObject({
      state: 'ready',
      frames: event!.frames.length,
      maxScore: 40,
      causes: [{ kind: 'motion', zones: ['all'] }],
      hasSnapshot: true,
      hasAlarmPicture: true,
    });
    expect(event!.row.startMs).toBe(scenario.sent[160]!.wallMs);
    expect(event!.row.alarmFrames).toBe(40);
    expect(scenario.eventChanges).toEqual(['opened 1', 'closed 1', 'ready 1']);
    await scenario.stop();
  });

  it('tells that motion began and ended', async () => {
    const scenario = await Scenario.start({ camera: { postRollSeconds: 2 } });
    await scenario.pass(5);
    await scenario.move(1);
    expect(scenario.pipeline.state()).toMatchObject({ motion: true, recording: true, status: 'online' });
    await scenario.pass(5);
    expect(scenario.changes.flatMap((change) => (change.type === 'motion.changed' ? [change.data.motion] : []))).toEqual([true, false]);
    expect(scenario.pipeline.state()).toMatchObject({ motion: false, recording: false });
    await scenario.stop();
  });

  it('keeps less where the pre-roll is not that long yet', async () => {
    const scenario = await Scenario.start({ camera: { preRollSeconds: 30 } });
    await scenario.pass(3);
    await scenario.move(2);
    await scenario.stop();
    const [event] = await scenario.events();
    expect(event!.frames[0]).toBe(0);
    expect(event!.row.state).toBe('ready');
  });

  it('makes the alarm picture from the frame that moved first', async () => {
    const scenario = await Scenario.start();
    await scenario.pass(10.45);
    await scenario.move(2);
    await scenario.pass(20);
    const render = scenario.env.pictures.calls.find((call) => call.kind === 'render');
    // The GOP begins at 10 s, motion at 10.5 s.
    expect(render?.kind === 'render' ? render.request.packets : []).toHaveLength(6);
    await scenario.stop();
  });
});
