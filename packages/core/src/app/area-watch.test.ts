import { fakeEnvironment } from '../../test/fake-environment.ts';
import { AlertBoard } from '../events/alert-board.ts';
import { ChangeFeed } from '../events/change-feed.ts';
import { AreaWatch } from './area-watch.ts';

const area = (id: string) => ({ id, path: `/${id}`, scheme: 'medium', minFree: { percent: 5 }, maxSize: null }) as const;

function watch() {
  const env = fakeEnvironment();
  const alerts = new AlertBoard({ feed: new ChangeFeed(env.clock), clock: env.clock, log: env.log });
  const back: string[] = [];
  return { env, alerts, back, areas: new AreaWatch([area('ssd'), area('nas')], env, alerts, (status) => back.push(status.area.id)) };
}

describe('AreaWatch', () => {
  it('makes areas at the first look and knows them at the next', async () => {
    const { env, areas, alerts, back } = watch();
    expect(areas.readableRootOf('nas')).toBe('/nas');
    expect((await areas.check()).map(({ area: { id }, usable }) => `${id} ${usable}`)).toEqual(['ssd true', 'nas true']);
    expect(env.disk.at('/nas').identity).toBe('nas-2');
    await areas.check();
    expect([areas.newest.length, alerts.list(), back]).toEqual([2, [], []]);
    expect([areas.rootOf('nas'), areas.rootOf('tape')]).toEqual(['/nas', undefined]);
    expect(env.clock.pendingTimers).toBe(0);
  });

  it('tells of a disk that is not the one it was, and when it is back', async () => {
    const { env, areas, alerts, back } = watch();
    await areas.check();
    const disk = env.disk.swap('/nas');
    expect(areas.readableRootOf('nas')).toBe('/nas');
    await areas.check();
    expect(areas.readableRootOf('nas')).toBeUndefined();
    expect(alerts.list()).toMatchObject([{ id: 'area-nas', level: 'error', text: expect.stringContaining('/nas') }]);
    env.disk.swap('/nas', disk);
    await areas.check();
    expect([alerts.list(), back]).toEqual([[], ['nas']]);
  });

  it('does not wait longer than 3 s for a disk that hangs, nor ask it twice', async () => {
    const { env, areas, alerts, back } = watch();
    await areas.check();
    let asked = 0;
    const { space } = env.disk;
    const hanging: (() => void)[] = [];
    env.disk.space = async (root) => {
      if (root === '/nas') {
        asked += 1;
        await new Promise<void>((resolve) => hanging.push(resolve));
      }
      return space.call(env.disk, root);
    };
    for (let look = 0; look < 3; look++) {
      const checking = areas.check();
      await env.clock.advance(3000);
      expect((await checking).map(({ area: { id } }) => id)).toEqual(['ssd']);
    }
    expect([areas.readableRootOf('ssd'), areas.readableRootOf('nas'), areas.rootOf('nas')]).toEqual(['/ssd', undefined, '/nas']);
    expect(asked).toBe(1);
    expect(alerts.list()).toMatchObject([{ text: 'storage area nas (/nas) does not answer' }]);
    env.disk.space = space;
    for (const answer of hanging) answer();
    await env.clock.advance(1);
    await areas.check();
    expect([alerts.list(), back]).toEqual([[], ['nas']]);
  });
});
