// nightjar-event-in: not written yet.
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';

/** Registers the type. */
export const nightjarEventIn: NodeFile = (red) => {
  function NightjarEventIn(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
  }
  red.nodes.registerType('nightjar-event-in', NightjarEventIn as never);
};
