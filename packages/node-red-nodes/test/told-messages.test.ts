// A deployment that begins in the same turn in which a node tells something.
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { ToldMessages } from '../src/flow/told-messages.ts';
import { FlowBench, type FlowNode } from './flow-bench.ts';

const require = createRequire(import.meta.url);
const { events }: { readonly events: EventEmitter } = createRequire(require.resolve('node-red'))('@node-red/util');

describe('what a node tells in the moment in which flows are deployed', () => {
  const bench = new FlowBench();
  /** `one` tells; `to` is what it is wired to, another node or collectors. */
  const flow = (round: number, changes: Readonly<Record<string, object>> = {}): readonly FlowNode[] => [
    { id: 'site', type: 'nightjar-site', nodeVersion: 1, broker: 'mqtt://127.0.0.1:9' },
    { id: 'one', type: 'nightjar-event-in', name: `round ${round}`, outputs: 2, ...changes['one'] },
    { id: 'other', type: 'helper', z: 'tab', x: 1, y: 1, wires: [], ...changes['other'] },
  ];
  const loadAndTellAtDeployment = async (output = 0): Promise<void> => {
    await bench.load(flow(0), {});
    const told = new ToldMessages({ events, nodes: { getNode: (id) => bench.node(id) } }, bench.node('one'));
    events.prependOnceListener('flows:stopping', () => told.tell({ payload: 'moved' }, output));
  };
  const said = (output = 0): readonly unknown[] => bench.received('one', output).map(({ payload }) => payload);

  it.each(['full', 'flows', 'nodes'] as const)('is told to the one in its place, once, by a deployment of type %s', async (type) => {
    await loadAndTellAtDeployment();
    await bench.deploy(flow(1), type);
    await bench.receives('one', 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect([said(0), said(1)]).toEqual([['moved'], []]);
  });

  it('keeps its output', async () => {
    await loadAndTellAtDeployment(1);
    await bench.deploy(flow(1), 'full');
    await bench.receives('one', 1, 1);
    expect([said(0), said(1)]).toEqual([[], ['moved']]);
  });

  it('goes nowhere where the node or the wire was removed', async () => {
    await loadAndTellAtDeployment();
    await bench.deploy(flow(1, { one: { z: 'tab', x: 1, y: 1, site: 'site', wires: [['other']] } }), 'nodes');
    expect(said()).toEqual([]);
    await bench.unload();
    await loadAndTellAtDeployment();
    await bench.deploy(
      flow(1).filter(({ id }) => id !== 'one'),
      'nodes',
    );
    expect(said()).toEqual([]);
  });

  it('is not kept for a deployment that comes later', async () => {
    await bench.load(flow(0), {});
    const told = new ToldMessages({ events, nodes: { getNode: (id) => bench.node(id) } }, bench.node('one'));
    told.tell({ payload: 'moved' });
    await bench.receives('one', 1);
    await bench.deploy(flow(1), 'full');
    expect(said()).toEqual(['moved']);
  });

  it('takes one listener of Node-RED, however many nodes there are', async () => {
    const count = (): readonly number[] => ['flows:stopping', 'flows:started'].map((name) => events.listenerCount(name));
    await bench.load(flow(0), {});
    const before = count();
    await bench.unload();
    const many = Array.from({ length: 20 }, (_, at) => ({ id: `in${at}`, type: at % 2 === 0 ? 'nightjar-motion-in' : 'nightjar-status' }));
    await bench.load([...flow(0), ...many], {});
    expect(count()).toEqual(before);
  });
});
