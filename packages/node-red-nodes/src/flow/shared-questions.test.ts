// Many who want the same, and how often it is asked.
import { SharedQuestions } from './shared-questions.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Questions that are answered by hand, in order. */
function askedByHand(): { readonly question: () => Promise<number>; readonly asked: () => number; answer(error?: Error): Promise<void> } {
  const open: { resolve(value: number): void; reject(error: Error): void }[] = [];
  let count = 0;
  return {
    question: () => {
      count += 1;
      return new Promise<number>((resolve, reject) => open.push({ resolve, reject }));
    },
    asked: () => count,
    answer: async (error) => {
      const [first] = open.splice(0, 1);
      if (error === undefined) first?.resolve(count);
      else first?.reject(error);
      await settle();
    },
  };
}

describe('SharedQuestions', () => {
  it('asks one for whoever comes first and one more for all who come while it is asked', async () => {
    const { question, asked, answer } = askedByHand();
    const shared = new SharedQuestions<number>(4);
    const all = Array.from({ length: 1000 }, () => shared.ask('porch', question));
    await settle();
    expect(asked()).toBe(1);
    await answer();
    expect(asked()).toBe(2);
    const late = shared.ask('porch', question);
    await answer();
    expect(asked()).toBe(3);
    await answer();
    expect(await Promise.all(all)).toEqual([1, ...Array.from({ length: 999 }, () => 2)]);
    expect(await late).toBe(3);
    expect(asked()).toBe(3);
  });

  it('asks again after one that failed, for those who waited', async () => {
    const { question, answer } = askedByHand();
    const shared = new SharedQuestions<number>(4);
    const [first, second] = [shared.ask('porch', question), shared.ask('porch', question)];
    const failed = expect(first).rejects.toThrow('away');
    await answer(new Error('away'));
    await answer();
    await failed;
    expect(await second).toBe(2);
  });

  it('asks so many different ones at a time, and the others after them', async () => {
    const { question, asked, answer } = askedByHand();
    const shared = new SharedQuestions<number>(2);
    const all = ['a', 'b', 'c', 'd'].map((key) => shared.ask(key, question));
    await settle();
    expect(asked()).toBe(2);
    await answer();
    expect(asked()).toBe(3);
    await answer();
    await answer();
    await answer();
    expect(await Promise.all(all)).toHaveLength(4);
  });
});
