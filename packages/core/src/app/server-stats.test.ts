import { sampleEvent } from '@nightjar/testkit';
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { AlertBoard } from '../events/alert-board.ts';
import { ChangeFeed } from '../events/change-feed.ts';
import { AreaWatch } from './area-watch.ts';
import { ServerStatsMeter } from './server-stats.ts';

async function measure() {
  const env = fakeEnvironment();
  const alerts = new AlertBoard({ feed: new ChangeFeed(env.clock), clock: env.clock, log: env.log });
  const areas = new AreaWatch([{ id: 'ssd', path: '/ssd', scheme: 'medium', minFree: { percent: 5 }, maxSize: null }], env, alerts);
  await areas.check();
  const meter = new ServerStatsMeter(env);
  const startedMs = env.clock.wall();
  return { env, areas, read: () => meter.read({ startedMs, cameras: { total: 2, online: 1 }, areas }) };
}

describe('ServerStatsMeter', () => {
  it('has no rates at first, and then those since the reading before', async () => {
    const { env, read } = await measure();
    expect(await read()).toEqual({
      cpuPercent: 0,
      rssBytes: 80_000_000,
      load1: 0.26,
      startedAt: '2026-01-01T00:00:00.000Z',
      uptimeSeconds: 0,
      cameras: { total: 2, online: 1 },
      disk: { totalBytes: 1_000_000, freeBytes: 500_000, usedPercent: 50, writeBytesPerSecond: 0 },
      at: '2026-01-01T00:00:00.000Z',
    });
    await env.clock.advance(10_000);
    await env.events.put(sampleEvent(1, { sizeBytes: 50_000 }));
    expect(await read()).toMatchObject({
      cpuPercent: 10,
      uptimeSeconds: 10,
      disk: { writeBytesPerSecond: 5000, oldest: new Date(sampleEvent(1).startMs).toISOString() },
    });
  });

  it('never writes a negative amount, and needs no database', async () => {
    const { env, read } = await measure();
    await env.events.put(sampleEvent(1, { sizeBytes: 50_000 }));
    await read();
    await env.events.delete(1);
    await env.clock.advance(1000);
    expect((await read()).disk.writeBytesPerSecond).toBe(0);
    env.events.failure = new Error('locked');
    await env.clock.advance(1000);
    expect((await read()).disk).not.toHaveProperty('oldest');
  });

  it('knows of no room where no disk is there', async () => {
    const { env, areas, read } = await measure();
    env.disk.failure = new Error('unplugged');
    await areas.check();
    expect((await read()).disk).toMatchObject({ totalBytes: 0, freeBytes: 0, usedPercent: 0 });
  });
});
