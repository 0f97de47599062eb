// When flows are stopped and started: one listener of Node-RED for all nodes, since its emitter complains of more than ten.
import type { EventEmitter } from 'node:events';

/** What Node-RED says before it stops flows. */
export interface Stopping {
  /** `full`, `flows` or `nodes`. */
  readonly type: string;
  readonly diff?: Readonly<Partial<Record<'added' | 'changed' | 'removed' | 'rewired' | 'linked' | 'flowChanged', readonly string[]>>> | null;
}

/** Called in the turn in which it happens: before nodes are closed, and once all of them are there. */
export interface FlowListener {
  onStopping?(event: Stopping): void;
  onStarted?(): void;
}

/** What of the emitter it takes. */
export type FlowEmitter = Pick<EventEmitter, 'on'>;

const listeners = new WeakMap<FlowEmitter, Set<FlowListener>>();

/** Listens until the function that it returns is called. */
export function listenToFlows(events: FlowEmitter, listener: FlowListener): () => void {
  const all = listeners.get(events) ?? begin(events);
  all.add(listener);
  return () => void all.delete(listener);
}

function begin(events: FlowEmitter): Set<FlowListener> {
  const all = new Set<FlowListener>();
  listeners.set(events, all);
  events.on('flows:stopping', (event: Stopping) => {
    for (const each of [...all]) each.onStopping?.(event);
  });
  events.on('flows:started', () => {
    for (const each of [...all]) each.onStarted?.();
  });
  return all;
}
