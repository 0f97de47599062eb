import { numbersFrom, Scenario } from './scenario.ts';

describe('mocord', () => {
  it('records always and marks the sections in which something moved', async () => {
    const scenario = await Scenario.start({ camera: { function: 'mocord', sectionLengthSeconds: 10, postRollSeconds: 2 } });
    await scenario.pass(14);
    await scenario.move(3);
    await scenario.pass(22.95);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
    expect(events.map(({ row }) => row.causes.map(({ kind }) => kind).join(' '))).toEqual(['continuous', 'continuous motion', 'continuous', 'continuous']);
    expect(events.map(({ row }) => [row.maxScore, row.alarmFrames, row.hasAlarmPicture])).toEqual([
      [0, 0, false],
      [40, 30, true],
      [0, 0, false],
      [0, 0, false],
    ]);
  });

  it('does not cut a section while something moves', async () => {
    const scenario = await Scenario.start({ camera: { function: 'mocord', sectionLengthSeconds: 10, postRollSeconds: 2 } });
    await scenario.pass(8);
    await scenario.move(14);
    await scenario.pass(10);
    await scenario.stop();
    const events = await scenario.events();
    expect(events[0]!.frames.length / 10).toBeGreaterThan(24);
    expect(events[0]!.row.causes).toEqual([{ kind: 'continuous' }, { kind: 'motion', zones: ['all'] }]);
    expect(events).toHaveLength(2);
  });

  it('takes no alarm picture of a single frame that was no alarm', async () => {
    const scenario = await Scenario.start({ camera: { function: 'mocord', alarmFrameCount: 3 } });
    await scenario.pass(5);
    await scenario.move(0.1);
    await scenario.pass(5);
    await scenario.stop();
    const [event] = await scenario.events();
    expect(event!.row).toMatchObject({ alarmFrames: 1, causes: [{ kind: 'continuous' }], hasAlarmPicture: false });
  });
});
