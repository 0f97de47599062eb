// nightjar-status: not written yet.
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';

/** Registers the type. */
export const nightjarStatus: NodeFile = (red) => {
  function NightjarStatus(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
  }
  red.nodes.registerType('nightjar-status', NightjarStatus as never);
};
