import { FakeClock } from '@nightjar/testkit';
import { RecorderConnection } from './recorder-connection.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function world(starts: (number: number) => Promise<{ readonly url: string; readonly token: string }>) {
  const clock = new FakeClock();
  const heard: string[] = [];
  const ups: ((address: { readonly url: string; readonly token: string }) => void)[] = [];
  const connection = new RecorderConnection({
    clock,
    choice: { kind: 'embedded' },
    own: (up) => {
      ups.push(up);
      return { start: () => starts(ups.length), stop: async () => void heard.push('stopped') };
    },
    find: async () => ({ problem: 'not looked for' }),
    connected: (_client, url) => heard.push(url),
    problem: (text) => heard.push(text),
  });
  return { clock, connection, heard, ups };
}

describe('the way to our own recorder', () => {
  it('is told anew where it answers elsewhere after it ended, and only then', async () => {
    const first = { url: 'http://127.0.0.1:8431', token: 'a' };
    const { connection, heard, ups } = world(async () => first);
    connection.start();
    await settled();
    ups[0]?.(first);
    ups[0]?.({ ...first, url: 'http://127.0.0.1:8432' });
    ups[0]?.({ url: 'http://127.0.0.1:8432', token: 'b' });
    expect(heard).toEqual(['http://127.0.0.1:8431', 'http://127.0.0.1:8432', 'http://127.0.0.1:8432']);
    await connection.stop();
    ups[0]?.(first);
    expect(heard.slice(3)).toEqual(['stopped']);
  });

  it('is tried again with another one where it could not start, as on a disk that was full', async () => {
    const { clock, connection, heard, ups } = world(async (number) => {
      if (number < 3) throw new Error('no space left');
      return { url: 'http://127.0.0.1:8431', token: 'a' };
    });
    connection.start();
    for (let times = 0; times < 3; times += 1) {
      await settled();
      await clock.advance(30_000);
    }
    expect([ups.length, heard]).toEqual([3, ['the recorder did not start: no space left', 'http://127.0.0.1:8431']]);
    await connection.stop();
  });
});
