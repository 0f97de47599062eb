import { numbersFrom, Scenario } from './scenario.ts';

describe('sections of ten seconds', () => {
  it.each(['record', 'mocord'] as const)('%s: two minutes lie in them with every frame once', async (kind) => {
    const scenario = await Scenario.start({ camera: { function: kind, sectionLengthSeconds: 10 } });
    await scenario.pass(119.95);
    await scenario.stop();
    const events = await scenario.events();
    expect(events).toHaveLength(12);
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
    for (const { row, video } of events) {
      expect(row).toMatchObject({ state: 'ready', causes: [{ kind: 'continuous' }] });
      expect(video.fragments.every((samples) => samples.at(-1)!.dtsUs - samples[0]!.dtsUs < 500_000)).toBe(true);
      expect(video.fragments[0]?.[0]).toMatchObject({ isKey: true, dtsUs: 0 });
    }
    // Each begins where the one before it ended.
    expect(events.slice(1).map(({ row }) => row.startMs)).toEqual(events.slice(0, -1).map(({ row }) => row.endMs));
    expect(await scenario.gaps()).toEqual([]);
  });

  it('wait for a key packet, however late it comes', async () => {
    const scenario = await Scenario.start({ camera: { function: 'record', sectionLengthSeconds: 10 }, runs: [{ gopSeconds: 35 }] });
    await scenario.pass(100);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.map(({ frames }) => frames[0])).toEqual([0, 350, 700]);
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
  });

  it('hold sound and pictures of cameras with B-frames', async () => {
    const scenario = await Scenario.start({ camera: { function: 'record', sectionLengthSeconds: 10 }, runs: [{ bFrames: 2, audio: true }] });
    await scenario.pass(59.95);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
    for (const { video } of events) {
      const sound = video.fragments.flat().filter(({ track }) => track === 'audio');
      expect(sound.length).toBeGreaterThan(150);
      expect(sound.every(({ dtsUs }) => dtsUs >= 0)).toBe(true);
    }
  });

  it('end at once when they should make room', async () => {
    const scenario = await Scenario.start({ camera: { function: 'record' } });
    await scenario.pass(5.5);
    scenario.pipeline.cutNow();
    scenario.pipeline.cutNow();
    await scenario.pass(5);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.map(({ frames }) => frames[0])).toEqual([0, 60]);
    expect(events.flatMap(({ frames }) => frames)).toEqual(numbersFrom(0, scenario.sent.length - 1));
  });
});
