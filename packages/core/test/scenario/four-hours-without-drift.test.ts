import { numbersFrom, Scenario } from './scenario.ts';

describe('four hours', () => {
  it.each([-300, 300])('of a camera whose clock is %d ppm off stay true to our clock, with every frame once', async (driftPpm) => {
    const scenario = await Scenario.start({
      camera: { function: 'record', sectionLengthSeconds: 1800 },
      runs: [{ fps: 1, gopSeconds: 10, steps: [{ kind: 'play', seconds: 86_400 }] }],
      driftPpm,
    });
    const startMs = scenario.env.clock.wall();
    await scenario.pass(4 * 3600);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
    const last = events.at(-1)!.row;
    // Without correction the camera's clock would be 4.3 s off by now.
    expect(Math.abs(last.endMs - startMs - 4 * 3_600_000)).toBeLessThan(1100);
    for (const { row, frames } of events) expect(Math.abs(row.startMs - startMs - frames[0]! * 1000)).toBeLessThan(100);
    expect(await scenario.gaps()).toEqual([]);
  });

  it('with a calendar that is set move nothing that is recorded, lose nothing, and go on by the new calendar', async () => {
    const scenario = await Scenario.start({
      camera: { function: 'record', sectionLengthSeconds: 600 },
      runs: [{ fps: 2, steps: [{ kind: 'play', seconds: 86_400 }] }],
    });
    const { clock } = scenario.env;
    const startMs: number = clock.wall();
    await scenario.pass(1000);
    clock.jumpWall(-3_600_000);
    await scenario.pass(1000);
    clock.jumpWall(7_200_000);
    await scenario.pass(999.9);
    await scenario.stop();
    const events = (await scenario.events()).toSorted((a, b) => a.row.id - b.row.id);
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
    // The next key picture is the first of the new calendar.
    const sinceStart = events.map(({ row }) => [Math.round((row.startMs - startMs) / 1000), Math.round((row.endMs - startMs) / 1000)]);
    expect(sinceStart).toEqual([
      [0, 600],
      [600, 1001],
      [-2599, -1999],
      [-1999, -1599],
      [5601, 6201],
      [6201, 6600],
    ]);
    expect((await scenario.gaps()).map(({ reason, fromMs, toMs }) => [reason, fromMs - startMs, toMs - startMs])).toEqual([
      ['clock-set', -1_599_000, 5_601_000],
    ]);
    expect(scenario.pipeline.state()).toMatchObject({ reconnects: 0 });
  });

  it('with jumps of the camera’s own clock move nothing, and its state counts them', async () => {
    const jump = (seconds: number) => [{ kind: 'play', seconds: 60 } as const, { kind: 'jump', seconds } as const];
    const scenario = await Scenario.start({
      camera: { function: 'record' },
      runs: [{ fps: 2, steps: [...jump(3600), ...jump(7200), { kind: 'play', seconds: 86_400 }] }],
    });
    expect(scenario.pipeline.state().clockJumps).toBe(0);
    await scenario.pass(240);
    expect(scenario.pipeline.state()).toMatchObject({ clockJumps: 2, reconnects: 0 });
    await scenario.stop();
    const events = await scenario.events();
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
  });
});
