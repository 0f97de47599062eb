import { NewestLane } from './newest-lane.ts';

describe('a lane of the newest', () => {
  it('does what came last after what runs, and passes over what came between', async () => {
    const lane = new NewestLane();
    const done: string[] = [];
    const passed: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const job = (name: string, until: Promise<void> = Promise.resolve()) =>
      lane.run(
        'porch privacy',
        async () => {
          await until;
          done.push(name);
        },
        () => passed.push(name),
      );
    job('first', held);
    for (const name of ['second', 'third', 'last']) job(name);
    lane.run(
      'yard privacy',
      async () => void done.push('other'),
      () => undefined,
    );
    release();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect(done).toEqual(['other', 'first', 'last']);
    expect(passed).toEqual(['second', 'third']);
    job('again');
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect(done.at(-1)).toBe('again');
  });
});
