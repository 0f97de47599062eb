// Flows that tests talk to: nodes with an input are asked over HTTP, nodes that begin flows are listened to.
import type { NodeRedHarness } from '@nightjar/testkit/node-red';

/** Part of a flow. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

const TAB = 'flows';
const ANSWER_WITHIN_MS = 15_000;
const PLACE = { z: TAB, x: 100, y: 100 };
const OURS = { ...PLACE, site: 'site', nodeVersion: 1 };
/** Everything of the message but what belongs to HTTP; buffers travel as lists of numbers. */
const ANSWER = `const { req, res, _msgid, ...rest } = msg; msg.payload = rest; msg.headers = {}; delete msg.statusCode; return msg;`;
const REFUSAL = `msg.payload = { error: msg.error.message }; msg.statusCode = 500; msg.headers = {}; return msg;`;

/** The tab that all nodes are on. */
export const tab: FlowNode = { id: TAB, type: 'tab', label: 'House' };

/** A node that is asked with `ask`: its message's payload is what was sent. Its second output goes to the debug node `<id>.1`. */
export function asked(node: FlowNode): readonly FlowNode[] {
  const { id } = node;
  return [
    { ...PLACE, id: `${id}.in`, type: 'http in', url: `/${id}`, method: 'post', wires: [[id]] },
    { ...OURS, ...node, wires: [[`${id}.say`], [`${id}.1`]] },
    { ...PLACE, id: `${id}.say`, type: 'function', func: ANSWER, outputs: 1, wires: [[`${id}.out`]] },
    { ...PLACE, id: `${id}.catch`, type: 'catch', scope: [id], wires: [[`${id}.refuse`]] },
    { ...PLACE, id: `${id}.refuse`, type: 'function', func: REFUSAL, outputs: 1, wires: [[`${id}.out`]] },
    { ...PLACE, id: `${id}.out`, type: 'http response', wires: [] },
    debug(`${id}.1`, 'payload'),
  ];
}

/** A node that begins a flow: its messages are complete in the debug node of its id. */
export function told(node: FlowNode): readonly FlowNode[] {
  return [
    { ...OURS, ...node, wires: [[`${node.id}.debug`]] },
    { ...debug(node.id, 'true'), id: `${node.id}.debug` },
  ];
}

/** Sends a payload into a node that `asked` made. @returns Its message. @throws Error with what a Catch node got. */
export async function ask(red: NodeRedHarness, id: string, payload: object = {}): Promise<Readonly<Record<string, unknown>>> {
  const response = await red.post(`/${id}`, payload, ANSWER_WITHIN_MS);
  const message = JSON.parse(await response.text(), asBuffer) as Record<string, unknown>;
  if (!response.ok) throw new Error(String(message['error']));
  return message;
}

function debug(name: string, complete: string): FlowNode {
  return { ...PLACE, id: name, type: 'debug', name, active: true, tosidebar: true, complete, targetType: complete === 'true' ? 'full' : 'msg', wires: [] };
}

function asBuffer(_: string, value: unknown): unknown {
  const { type, data } = (value ?? {}) as { readonly type?: unknown; readonly data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]) : value;
}
