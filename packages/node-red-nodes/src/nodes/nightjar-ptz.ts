// nightjar-ptz: not written yet.
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';

/** Registers the type. */
export const nightjarPtz: NodeFile = (red) => {
  function NightjarPtz(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
  }
  red.nodes.registerType('nightjar-ptz', NightjarPtz as never);
};
