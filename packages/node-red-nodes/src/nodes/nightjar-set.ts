// nightjar-set: not written yet.
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';

/** Registers the type. */
export const nightjarSet: NodeFile = (red) => {
  function NightjarSet(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
  }
  red.nodes.registerType('nightjar-set', NightjarSet as never);
};
