// A status of a node that is busy.
import type { NodeStatus } from './site-member.ts';
import { SteadyStatus } from './steady-status.ts';

const waiting = (count: number): NodeStatus => ({ fill: 'blue', shape: 'ring', word: 'waiting', values: { count } });

function member(): { readonly shown: unknown[]; readonly signal: AbortSignal; close(): void; show(status: NodeStatus | undefined): void } {
  const abort = new AbortController();
  const shown: unknown[] = [];
  return { shown, signal: abort.signal, close: () => abort.abort(), show: (status) => void shown.push(status?.values?.['count']) };
}

describe('SteadyStatus', () => {
  it('shows the first at once and of many after it the last', async () => {
    const node = member();
    const status = new SteadyStatus(node);
    for (let count = 1; count <= 1000; count += 1) status.show(waiting(count));
    expect(node.shown).toEqual([1]);
    for (const endMs = performance.now() + 5000; node.shown.length < 2 && performance.now() < endMs; ) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(node.shown).toEqual([1, 1000]);
    node.close();
  });

  it('shows nothing once the node is closed', () => {
    const node = member();
    const status = new SteadyStatus(node);
    status.show(waiting(1));
    node.close();
    status.show(waiting(2));
    expect(node.shown).toEqual([1]);
  });
});
