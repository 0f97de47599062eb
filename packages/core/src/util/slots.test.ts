import { Slots } from './slots.ts';

describe('Slots', () => {
  it('lets no more through at a time than there are, in turn, also after one failed', async () => {
    const slots = new Slots(2);
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const job = (n: number): Promise<void> =>
      slots.run(async () => {
        begun.push(n);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (n === 0) throw new Error('failed');
      });
    const jobs = [0, 1, 2, 3].map(job);
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);
    ends[0]!();
    await expect(jobs[0]).rejects.toThrow('failed');
    expect(begun).toEqual([0, 1, 2]);
    ends[1]!();
    await jobs[1];
    for (const end of ends) end();
    await jobs[2];
    ends[3]!();
    await jobs[3];
    expect(begun).toEqual([0, 1, 2, 3]);
  });
});
