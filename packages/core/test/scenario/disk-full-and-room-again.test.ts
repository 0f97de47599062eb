import { Scenario } from './scenario.ts';

describe('a disk that is full', () => {
  it('ends the event with what is in it, and recording goes on where it stopped once there is room', async () => {
    const scenario = await Scenario.start({ camera: { function: 'record', preRollSeconds: 5 } });
    await scenario.pass(10);
    scenario.env.files.faults.fullAfterBytes = scenario.env.files.sizeBytes;
    await scenario.pass(3);
    expect(scenario.diskTroubles).toBeGreaterThan(0);
    expect(scenario.env.log.find('recording stopped', 'error').length).toBeGreaterThan(0);
    delete scenario.env.files.faults.fullAfterBytes;
    await scenario.pass(20);
    await scenario.stop();
    const events = await scenario.events();
    expect(events.every(({ row }) => row.state === 'ready')).toBe(true);
    // Every frame is there; what the pre-roll repeats lies in both.
    const held = new Set(events.flatMap(({ frames }) => frames));
    expect(held.size).toBe(scenario.sent.length);
  });

  it('leaves one gap, however often it was tried again, and no event without a picture', async () => {
    const scenario = await Scenario.start({ camera: { function: 'record', preRollSeconds: 0 } });
    await scenario.pass(10);
    scenario.env.files.faults.fullAfterBytes = scenario.env.files.sizeBytes;
    await scenario.pass(600);
    expect(scenario.diskTroubles).toBeLessThan(170);
    delete scenario.env.files.faults.fullAfterBytes;
    await scenario.pass(20);
    await scenario.stop();
    const events = await scenario.events();
    expect(events).toHaveLength(2);
    expect([...scenario.env.events.rows.values()].map(({ state }) => state)).toEqual(['ready', 'ready']);
    const gaps = await scenario.gaps();
    expect(gaps).toMatchObject([{ reason: 'disk-full', fromMs: events[0]!.row.endMs, toMs: events[1]!.row.startMs }]);
    expect(scenario.env.journal.markers.size).toBe(0);
  });

  it('is a gap too when nothing could be written until the end', async () => {
    const scenario = await Scenario.start({ camera: { function: 'record' } });
    await scenario.pass(10);
    scenario.env.files.faults.failCreate = true;
    scenario.env.files.faults.failAppend = true;
    await scenario.pass(60);
    await scenario.stop();
    expect(await scenario.gaps()).toMatchObject([{ reason: 'disk-error' }]);
    const [gap] = await scenario.gaps();
    expect(gap!.toMs - gap!.fromMs).toBeGreaterThan(59_000);
    expect((await scenario.events()).map(({ row }) => row.state)).toEqual(['ready']);
  });

  it('is no gap for a camera that had nothing to record any more', async () => {
    const scenario = await Scenario.start();
    await scenario.pass(10);
    scenario.env.files.faults.failAppend = true;
    await scenario.move(5);
    await scenario.pass(10);
    delete scenario.env.files.faults.failAppend;
    await scenario.pass(3600);
    await scenario.move(2);
    await scenario.pass(20);
    await scenario.stop();
    for (const gap of await scenario.gaps()) expect(gap.toMs - gap.fromMs).toBeLessThan(30_000);
    expect((await scenario.events()).map(({ row }) => row.state)).toEqual(['ready']);
  });

  it('that is slow costs whole GOPs, which are counted', async () => {
    const scenario = await Scenario.start({ camera: { function: 'record' }, runs: [{ packetBytes: 1024 * 1024 }] });
    scenario.env.files.faults.appendMs = 5000;
    await scenario.pass(60);
    delete scenario.env.files.faults.appendMs;
    await scenario.stop();
    const gaps = await scenario.gaps();
    expect(gaps.every(({ reason, lostFrames }) => reason === 'overload' && lostFrames > 0)).toBe(true);
    const [event] = await scenario.events();
    const lost = gaps.reduce((sum, gap) => sum + gap.lostFrames, 0);
    expect(event!.frames.length + lost).toBe(scenario.sent.length);
    // After what is missing comes a key packet.
    for (const [index, frame] of event!.frames.entries()) if (index > 0 && frame !== event!.frames[index - 1]! + 1) expect(frame % 10).toBe(0);
  });
});
