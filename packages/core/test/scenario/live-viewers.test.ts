import type { LivePacket } from '@nightjar/client';
import type { LiveViewer } from '../../src/streams/live-viewer.ts';
import { Scenario } from './scenario.ts';

/** Reads on and on; answers what has come so far. */
function follow(viewer: LiveViewer): { readonly packets: LivePacket[]; readonly over: Promise<void> } {
  const packets: LivePacket[] = [];
  const read = async (): Promise<void> => {
    for await (const packet of viewer) packets.push(packet);
  };
  return { packets, over: read() };
}

describe('viewers of a recorded camera', () => {
  it('get packets as they come, which are gathered before and after', async () => {
    const scenario = await Scenario.start({ camera: { function: 'record' }, runs: [{ gathers: true, fps: 10 }] });
    const arrivals = async (): Promise<number> => {
      let goes = 0;
      for (let step = 0; step < 20; step++) {
        const before = scenario.camera.sent.length;
        await scenario.env.clock.advance(100);
        if (scenario.camera.sent.length > before) goes += 1;
      }
      return goes;
    };
    await scenario.env.clock.advance(5000);
    expect(await arrivals()).toBeLessThan(8);
    const viewer = scenario.live.watch();
    const { packets, over } = follow(viewer);
    expect(await arrivals()).toBe(20);
    expect(packets.length).toBeGreaterThanOrEqual(20);
    await viewer.return();
    await over;
    expect(await arrivals()).toBeLessThan(8);
    expect(scenario.camera.requests).toHaveLength(1);
    await scenario.stop();
  });

  it('stay over reconnections, for which packets are not gathered either, and end with the recorder', async () => {
    const runs = [{ gathers: true, steps: [{ kind: 'play', seconds: 12 }, { kind: 'drop' }] }, { gathers: true }] as const;
    const scenario = await Scenario.start({ camera: { function: 'record' }, runs });
    await scenario.env.clock.advance(3000);
    const { packets, over } = follow(scenario.live.watch());
    await scenario.env.clock.advance(20_000);
    expect(scenario.camera.requests).toHaveLength(2);
    const times = packets.map(({ dtsUs }) => dtsUs);
    expect(times.every((time, index) => index === 0 || time > times[index - 1]!)).toBe(true);
    expect(packets.length).toBeGreaterThan(180);
    expect(packets.every(({ skippedFrames }) => skippedFrames === 0)).toBe(true);
    await scenario.stop();
    await over;
    expect(scenario.live.viewers).toBe(0);
  });
});
