import { Scenario } from './scenario.ts';

describe('stopping', () => {
  it.each(['record', 'mocord', 'modect'] as const)('closes the event of %s and leaves nothing running', async (kind) => {
    const scenario = await Scenario.start({ camera: { function: kind } });
    await scenario.pass(10);
    await scenario.move(2.25);
    await scenario.stop();
    const [event, ...others] = await scenario.events();
    expect(others).toEqual([]);
    expect(event!.row.state).toBe('ready');
    expect(event!.frames.at(-1)).toBe(scenario.sent.length - 1);
    expect(event!.video.state).toBe('finished');
    expect(scenario.env.sources.map(({ live }) => live)).toEqual([0]);
    expect(scenario.env.analyzer.live).toBe(0);
    expect(scenario.env.clock.pendingTimers).toBe(0);
    expect(scenario.env.journal.markers.size).toBe(0);
    expect(await scenario.gaps()).toEqual([]);
    expect(scenario.alerts.list()).toEqual([]);
  });

  it('waits for every event that is being finished', async () => {
    const scenario = await Scenario.start({ camera: { function: 'record', sectionLengthSeconds: 2 } });
    await scenario.pass(5);
    scenario.env.files.faults.appendMs = 300;
    await scenario.pass(6.5);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.length).toBeGreaterThan(4);
    expect(events.map(({ row }) => row.state)).toEqual(events.map(() => 'ready'));
  });

  it('of a camera that never came leaves nothing', async () => {
    const scenario = await Scenario.start({ runs: [{ refuse: 'CAPTURE_CONNECT_TIMEOUT' }] });
    await scenario.pass(60);
    expect(scenario.pipeline.state()).toMatchObject({ status: 'offline', codec: '', width: 0, recording: false, reconnects: expect.any(Number) });
    await scenario.stop();
    expect(await scenario.events()).toEqual([]);
    expect(scenario.env.clock.pendingTimers).toBe(0);
  });

  it.each(['none', 'monitor'] as const)('a camera for %s recorded nothing', async (kind) => {
    const scenario = await Scenario.start({ camera: { function: kind } });
    await scenario.pass(30);
    expect(scenario.sent.length > 0).toBe(kind === 'monitor');
    await scenario.stop();
    expect(await scenario.events()).toEqual([]);
    expect(scenario.env.analyzer.sessions).toEqual([]);
  });
});
