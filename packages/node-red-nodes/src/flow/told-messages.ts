// What a node tells of its own accord. Node-RED hands a message on in the next turn of its loop; where a deployment begins before that, those it was
// meant for are closed already and the message is lost, as one of a busy machine's every few hundred deployments. It is handed to those in their place.
import { FLOWS_WITHIN_MS } from '../site/site.ts';
import { type FlowEmitter, listenToFlows, type Stopping } from './flow-events.ts';
import type { FlowMessage } from './node-red.ts';

/** A message of a node. */
export type Told = Readonly<Record<string, unknown>>;

/** A node at either end of a wire. */
interface WiredNode {
  readonly id: string;
  readonly z?: string | undefined;
  /** Ids, by output. */
  readonly wires?: readonly (readonly string[])[];
  send(messages: readonly (FlowMessage | null)[]): void;
  receive(message: FlowMessage): void;
  on(event: 'close', listener: () => void): unknown;
}

/** What of Node-RED it takes. */
export interface Runtime {
  readonly events: FlowEmitter;
  readonly nodes: { getNode(id: string): unknown };
}

interface Sent {
  readonly output: number;
  readonly message: Told;
}

/** The messages of one node. */
export class ToldMessages {
  readonly #red: Runtime;
  readonly #node: WiredNode;
  readonly #underWay = new Set<Sent>();

  constructor(red: Runtime, node: unknown) {
    this.#red = red;
    this.#node = node as WiredNode;
    this.#node.on('close', listenToFlows(red.events, { onStopping: (event) => this.#keep(event) }));
  }

  /** Sends it. @param output - Counted from 0. */
  tell(message: Told, output = 0): void {
    // Whoever gets it may change it.
    const sent: Sent = { output, message: { ...message } };
    this.#underWay.add(sent);
    this.#node.send([...Array.from({ length: output }, () => null), message as FlowMessage]);
    // After that of Node-RED, which was asked for before.
    setImmediate(() => this.#underWay.delete(sent));
  }

  #keep({ type, diff }: Stopping): void {
    if (this.#underWay.size === 0) return;
    const sent = [...this.#underWay];
    this.#underWay.clear();
    const { added = [], changed = [], removed = [], rewired = [], linked = [], flowChanged = [] } = diff ?? {};
    const stopped = new Set([...changed, ...removed, ...(type === 'flows' ? [...rewired, ...linked] : [])]);
    const flows = new Set([...flowChanged, ...added, ...removed]);
    const isStopped = (id: string): boolean => type === 'full' || stopped.has(id) || flows.has(this.#find(id)?.z ?? '');
    // Looked up now: the flow a node was on is not known any more once it is gone.
    const closed = new Set((this.#node.wires ?? []).flat().filter(isStopped));
    if (closed.size === 0) return;
    // Later nobody waits for the message any more.
    const keptMs = performance.now();
    const onStarted = (): void => {
      end();
      if (performance.now() - keptMs > FLOWS_WITHIN_MS) return;
      const wires = this.#find(this.#node.id)?.wires ?? [];
      for (const { output, message } of sent) for (const id of wires[output] ?? []) if (closed.has(id)) this.#find(id)?.receive({ ...message } as FlowMessage);
    };
    const end = listenToFlows(this.#red.events, { onStarted });
  }

  #find(id: string): WiredNode | undefined {
    return (this.#red.nodes.getNode(id) ?? undefined) as WiredNode | undefined;
  }
}
