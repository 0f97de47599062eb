import { numbersFrom, Scenario } from './scenario.ts';

describe.each(['continuous', 'keyframes'] as const)('analysis of %s pictures', (mode) => {
  it('that falls silent is told, footage is kept meanwhile, and it is started again', async () => {
    const scenario = await Scenario.start({ camera: { detect: { mode, fps: 5 } }, runs: [{ gopSeconds: 2 }] });
    await scenario.pass(30);
    scenario.env.analyzer.isSilent = true;
    await scenario.pass(9);
    expect(scenario.alerts.list()).toMatchObject([{ id: 'analysis-porch', level: 'error' }]);
    expect(scenario.pipeline.state().recording).toBe(true);
    await scenario.pass(30);
    expect(scenario.env.analyzer.sessions.length).toBeGreaterThan(2);
    scenario.env.analyzer.isSilent = false;
    await scenario.pass(60);
    expect(scenario.alerts.list()).toEqual([]);
    expect(scenario.pipeline.state().recording).toBe(false);
    await scenario.stop();
    const [event] = await scenario.events();
    expect(event!.row.causes).toEqual([{ kind: 'analysis-down' }]);
    expect(event!.frames).toEqual(numbersFrom(event!.frames[0]!, event!.frames.at(-1)!));
    expect(event!.frames[0]! / 10).toBeLessThanOrEqual(32);
    expect(scenario.env.analyzer.live).toBe(0);
  });

  it('that crashes is back soon, and footage is kept until then', async () => {
    const scenario = await Scenario.start({ camera: { detect: { mode, fps: 5 } } });
    await scenario.pass(30);
    scenario.env.analyzer.fail('the thread died');
    await scenario.pass(20);
    expect(scenario.env.analyzer.sessions).toHaveLength(2);
    expect(scenario.changes.filter(({ type }) => type.startsWith('alert')).map(({ type }) => type)).toEqual(['alert.raised', 'alert.cleared']);
    scenario.env.log.expectLine(/the thread died; starting again in 1 s/, 'warn');
    await scenario.move(3);
    await scenario.pass(10);
    await scenario.stop();
    expect((await scenario.events()).map(({ row }) => row.causes[0]?.kind)).toEqual(['analysis-down', 'motion']);
  });
});

describe('analysis of a second stream', () => {
  it('finds motion for the main stream', async () => {
    const scenario = await Scenario.start({ detectRuns: [{ width: 320, height: 180 }] });
    await scenario.pass(20);
    await scenario.move(3);
    await scenario.pass(20);
    await scenario.stop();
    const [event] = await scenario.events();
    expect(event!.row).toMatchObject({ width: 640, state: 'ready', causes: [{ kind: 'motion', zones: ['all'] }], hasAlarmPicture: true });
    expect(scenario.env.analyzer.sessions[0]?.request.video.width).toBe(320);
    expect(scenario.changes.filter(({ type }) => type === 'alert.raised')).toEqual([]);
  });

  it('that is away keeps footage until it is back, and not longer', async () => {
    const scenario = await Scenario.start({
      detectRuns: [{ steps: [{ kind: 'play', seconds: 10 }, { kind: 'drop' }] }, { refuse: 'CAPTURE_CONNECT_FAILED' }, {}],
    });
    await scenario.pass(9);
    expect(scenario.pipeline.state().recording).toBe(false);
    await scenario.pass(1.2);
    expect(scenario.alerts.list()).toMatchObject([{ id: 'analysis-porch' }]);
    expect(scenario.pipeline.state().recording).toBe(true);
    await scenario.pass(30);
    expect(scenario.alerts.list()).toEqual([]);
    expect(scenario.pipeline.state().recording).toBe(false);
    await scenario.stop();
    expect((await scenario.events()).map(({ row }) => row.causes)).toEqual([[{ kind: 'analysis-down' }]]);
  });

  it('that never comes keeps footage too', async () => {
    const scenario = await Scenario.start({ detectRuns: [{ refuse: 'CAPTURE_CONNECT_FAILED' }] });
    await scenario.pass(10);
    expect(scenario.pipeline.state().recording).toBe(true);
    await scenario.stop();
  });
});

describe('a camera that stalls', () => {
  it('is no fault of analysis', async () => {
    const scenario = await Scenario.start({
      runs: [
        {
          steps: [
            { kind: 'play', seconds: 20.1 },
            { kind: 'stall', seconds: 8 },
            { kind: 'play', seconds: 20 },
          ],
        },
      ],
    });
    await scenario.pass(40);
    expect(scenario.changes.filter(({ type }) => type === 'alert.raised')).toEqual([]);
    await scenario.stop();
    expect(await scenario.events()).toEqual([]);
  });
});
