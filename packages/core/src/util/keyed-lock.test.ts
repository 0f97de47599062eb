import { KeyedLock } from './keyed-lock.ts';

describe('KeyedLock', () => {
  it('lets one after the other in, in order, also where one fails', async () => {
    const lock = new KeyedLock<number>();
    const said: string[] = [];
    const work = (name: string, fails = false) =>
      lock.run(1, async () => {
        said.push(`${name} begins`);
        await Promise.resolve();
        said.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    expect(await Promise.allSettled([work('a'), work('b', true), work('c')])).toMatchObject([{ value: 'a' }, { reason: { message: 'b' } }, { value: 'c' }]);
    expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('keeps no other key waiting', async () => {
    const lock = new KeyedLock<string>();
    const release = await lock.acquire('a');
    expect(await lock.run('b', async () => 'done')).toBe('done');
    const waiting = lock.run('a', async () => 'later');
    release();
    expect(await waiting).toBe('later');
    expect(await lock.run('a', async () => 'again')).toBe('again');
  });
});
