// A thousand messages a second into one node, and what became of them.
import { type FlowNode, tab } from './asked-flows.ts';
import type { House } from './house.ts';

/** What came out of the node so far. */
export interface FloodCounts {
  readonly sent: number;
  readonly answered: number;
  readonly refused: number;
  /** Of the refusals, without repeats. */
  readonly reasons: readonly string[];
}

const PLACE = { z: tab.id, x: 100, y: 100 };
/** As many messages as the clock says are due. */
const SEND = `
const { perSecond, seconds } = msg.payload;
const total = perSecond * seconds;
const began = Date.now();
flow.set('flood', { sent: 0, answered: 0, refused: 0, reasons: [] });
const timer = setInterval(() => {
  const counts = flow.get('flood');
  const due = Math.min(total, Math.floor(((Date.now() - began) * perSecond) / 1000));
  for (; counts.sent < due; counts.sent++) node.send([{ payload: { camera: 'porch' }, number: counts.sent }, null]);
  if (counts.sent >= total) clearInterval(timer);
}, 5);
return [null, msg];`;
const COUNT_ANSWER = `flow.get('flood').answered++;`;
const COUNT_REFUSAL = `
const counts = flow.get('flood');
counts.refused++;
if (!counts.reasons.includes(msg.error.message) && counts.reasons.length < 20) counts.reasons.push(msg.error.message);`;

/** Floods a node: it is there twice, so that the other one can be asked meanwhile. */
export function flooded(node: FlowNode): readonly FlowNode[] {
  return [
    { ...PLACE, id: 'flood.in', type: 'http in', url: '/flood', method: 'post', wires: [['flood.send']] },
    { ...PLACE, id: 'flood.send', type: 'function', func: SEND, outputs: 2, wires: [[node.id], ['flood.out']] },
    { ...PLACE, id: 'flood.out', type: 'http response', wires: [] },
    { ...PLACE, site: 'site', nodeVersion: 1, ...node, wires: [['flood.answered']] },
    { ...PLACE, id: 'flood.answered', type: 'function', func: COUNT_ANSWER, outputs: 1, wires: [[]] },
    { ...PLACE, id: 'flood.catch', type: 'catch', scope: [node.id], wires: [['flood.refused']] },
    { ...PLACE, id: 'flood.refused', type: 'function', func: COUNT_REFUSAL, outputs: 1, wires: [[]] },
    { ...PLACE, id: 'counts.in', type: 'http in', url: '/counts', method: 'post', wires: [['counts.look']] },
    { ...PLACE, id: 'counts.look', type: 'function', func: `msg.payload = flow.get('flood'); return msg;`, outputs: 1, wires: [['counts.out']] },
    { ...PLACE, id: 'counts.out', type: 'http response', wires: [] },
  ];
}

/** Begins a flood. */
export async function flood(house: House, perSecond: number, seconds: number): Promise<void> {
  await house.red.post('/flood', { perSecond, seconds });
}

export async function floodCounts(house: House): Promise<FloodCounts> {
  return (await (await house.red.post('/counts', {})).json()) as FloodCounts;
}
