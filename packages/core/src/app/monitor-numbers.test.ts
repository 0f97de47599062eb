import { settle } from '@nightjar/testkit';
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { AlertBoard } from '../events/alert-board.ts';
import { ChangeFeed } from '../events/change-feed.ts';
import { MonitorNumbers } from './monitor-numbers.ts';

function make(ids: string[], env = fakeEnvironment()) {
  const feed = new ChangeFeed(env.clock);
  const alerts = new AlertBoard({ feed, clock: env.clock, log: env.log });
  const read = { count: 0 };
  const numbers = new MonitorNumbers({
    env,
    alerts,
    ids: () => ids,
    onRead: () => {
      read.count += 1;
    },
  });
  return { numbers, env, ids, alerts, read };
}

const busy = async (): Promise<never> => {
  throw new RecorderError('DATABASE_BUSY', 'another program has it');
};

describe('MonitorNumbers', () => {
  it('numbers cameras in their order, and leaves numbers to cameras that are called so', async () => {
    const { numbers, read } = make(['porch', '2', 'yard', '007', '900']);
    await numbers.read();
    expect(['porch', '2', 'yard', '007', '900'].map((id) => numbers.of(id))).toEqual([1, 2, 3, 4, 900]);
    expect(read.count).toBe(1);
    expect(['1', '2', '3', '4', '900', 'porch', '007', '5', '04', '', 'nobody'].map((name) => numbers.find(name))).toEqual([
      'porch',
      '2',
      'yard',
      '007',
      '900',
      'porch',
      '007',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keeps them, also of cameras that are gone, and gives none twice', async () => {
    const first = make(['porch', 'yard']);
    await first.numbers.read();
    await first.numbers.stop();
    const second = make(['garage', 'yard'], first.env);
    await second.numbers.read();
    expect(['garage', 'yard'].map((id) => second.numbers.of(id))).toEqual([3, 2]);
    expect(second.numbers.find('1')).toBeUndefined();
    second.ids.push('porch', '3');
    expect(['porch', '3'].map((id) => second.numbers.of(id))).toEqual([1, 4]);
    // What a script meant by 3 yesterday it still means.
    expect(second.numbers.find('3')).toBe('garage');
    await second.numbers.stop();
    expect(await first.env.storedSettings.all()).toEqual(new Map([['monitors.numbers', { porch: 1, yard: 2, garage: 3, 3: 4 }]]));
  });

  it('knows ids alone while the database is away, and tells when numbers are known', async () => {
    const { numbers, env, alerts, read } = make(['porch', '7']);
    const { all } = env.storedSettings;
    env.storedSettings.all = busy;
    await numbers.read();
    expect([numbers.of('porch'), numbers.of('7'), numbers.find('porch'), numbers.find('7'), numbers.find('1')]).toEqual([
      undefined,
      7,
      'porch',
      '7',
      undefined,
    ]);
    expect(alerts.list().map(({ id }) => id)).toEqual(['monitor-numbers-unread']);
    env.storedSettings.all = all;
    await env.clock.advance(5000);
    expect([numbers.of('porch'), numbers.of('7'), read.count, alerts.list()]).toEqual([1, 7, 1, []]);
  });

  it('writes them when the database takes them', async () => {
    const { numbers, env } = make(['porch']);
    const { put } = env.storedSettings;
    env.storedSettings.put = busy;
    await numbers.read();
    await settle();
    env.storedSettings.put = put;
    await env.clock.advance(5000);
    expect((await env.storedSettings.all()).get('monitors.numbers')).toEqual({ porch: 1 });
    await numbers.stop();
    expect(env.clock.pendingTimers).toBe(0);
  });
});
