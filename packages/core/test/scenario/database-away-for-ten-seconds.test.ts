import { RecorderError } from '@nightjar/core';
import { numbersFrom, Scenario } from './scenario.ts';

const away = new RecorderError('DATABASE_BUSY', 'the database is locked');

describe('a database that is away', () => {
  it('costs no frame, is told, and gets its rows when it is back', async () => {
    const scenario = await Scenario.start({ camera: { function: 'record', sectionLengthSeconds: 3 } });
    await scenario.pass(5);
    scenario.env.events.failure = away;
    await scenario.pass(10);
    expect(scenario.alerts.list()).toMatchObject([{ id: 'database', level: 'error' }]);
    expect(scenario.env.journal.markers.size).toBeGreaterThan(2);
    scenario.env.events.failure = undefined;
    await scenario.pass(10);
    expect(scenario.alerts.list()).toEqual([]);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
    expect(events.every(({ row }) => row.state === 'ready')).toBe(true);
    expect(scenario.env.journal.markers.size).toBe(0);
  });

  it('that gives no ids makes events wait with all of their pre-roll', async () => {
    const scenario = await Scenario.start({ camera: { preRollSeconds: 3, postRollSeconds: 2 } });
    await scenario.pass(1);
    // Ids are taken from a stock; this one is used up.
    scenario.env.events.failure = away;
    const camera = scenario.pipeline.camera;
    for (let taken = 0; taken < 64; taken++) await scenario.desk.place(camera, scenario.env.clock.wall());
    await scenario.pass(10);
    await scenario.move(3);
    await scenario.pass(12);
    scenario.env.events.failure = undefined;
    await scenario.pass(10);
    await scenario.stop();
    const [event] = await scenario.events();
    expect(event!.frames[0]! / 10).toBeLessThanOrEqual(8);
    expect(event!.frames).toEqual(numbersFrom(event!.frames[0]!, event!.frames.at(-1)!));
    expect(event!.row).toMatchObject({ state: 'ready', hasSnapshot: true });
  });
});
