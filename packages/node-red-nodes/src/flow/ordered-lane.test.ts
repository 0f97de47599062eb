// Work side by side that ends in order.
import { LaneFull, OrderedLane } from './ordered-lane.ts';

interface Task {
  start: boolean;
  readonly end: (error?: Error) => void;
  readonly work: () => Promise<string>;
}

function task(name: string): Task {
  let end: Task['end'] = () => undefined;
  const ended = new Promise<string>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve(name) : reject(error));
  });
  const made: Task = {
    start: false,
    end: (error) => end(error),
    work: () => {
      made.start = true;
      return ended;
    },
  };
  return made;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('OrderedLane', () => {
  it('finishes in the order of the messages, whichever work ends first, and goes on after one that failed', async () => {
    const lane = new OrderedLane({ atOnce: 3, most: 10 });
    const [a, b, c] = [task('a'), task('b'), task('c')];
    const said: unknown[] = [];
    for (const { work } of [a, b, c]) lane.run(work, (outcome) => said.push('value' in outcome ? outcome.value : (outcome.error as Error).message));
    c.end();
    b.end(new Error('broken'));
    await settle();
    expect(said).toEqual([]);
    a.end();
    await settle();
    expect(said).toEqual(['a', 'broken', 'c']);
    expect(lane.size).toBe(0);
  });

  it('begins as many as it may, the longest waiting next, also where another comes at that very moment', async () => {
    const lane = new OrderedLane({ atOnce: 1, most: 10 });
    const [a, b, c] = [task('a'), task('b'), task('c')];
    lane.run(a.work, () => lane.run(c.work, () => undefined));
    lane.run(b.work, () => undefined);
    a.end();
    await settle();
    expect([b.start, c.start]).toEqual([true, false]);
    b.end();
    await settle();
    expect(c.start).toBe(true);
    c.end();
    await settle();
    expect(lane.size).toBe(0);
  });

  it('refuses a message for which there is no room, and says what to do', async () => {
    const lane = new OrderedLane({ atOnce: 1, most: 2 });
    const tasks = [task('a'), task('b')];
    for (const { work } of tasks) lane.run(work, () => undefined);
    expect(() =>
      lane.run(
        async () => 'c',
        () => undefined,
      ),
    ).toThrow(LaneFull);
    expect(() =>
      lane.run(
        async () => 'c',
        () => undefined,
      ),
    ).toThrow('2 messages are waiting already; send them slower (a delay node can limit the rate)');
    for (const { end } of tasks) end();
    await settle();
    expect(lane.size).toBe(0);
  });

  it('goes on where taking an outcome throws', async () => {
    const lane = new OrderedLane({ atOnce: 2, most: 10 });
    const said: string[] = [];
    lane.run(
      async () => 'a',
      () => {
        throw new Error('somebody else’s fault');
      },
    );
    lane.run(
      async () => 'b',
      () => said.push('b'),
    );
    await settle();
    expect(said).toEqual(['b']);
  });

  it('finishes nothing and begins nothing once its node is closed', async () => {
    const abort = new AbortController();
    const lane = new OrderedLane({ atOnce: 1, most: 10, signal: abort.signal });
    const [a, b] = [task('a'), task('b')];
    const said: unknown[] = [];
    for (const { work } of [a, b]) lane.run(work, (outcome) => said.push(outcome));
    abort.abort(new Error('closed'));
    a.end();
    await settle();
    expect([said, b.start, lane.size]).toEqual([[], false, 0]);
  });
});
