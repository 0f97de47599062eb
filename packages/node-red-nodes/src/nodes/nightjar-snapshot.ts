// nightjar-snapshot: not written yet.
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';

/** Registers the type. */
export const nightjarSnapshot: NodeFile = (red) => {
  function NightjarSnapshot(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
  }
  red.nodes.registerType('nightjar-snapshot', NightjarSnapshot as never);
};
