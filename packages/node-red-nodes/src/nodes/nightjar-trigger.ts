// nightjar-trigger: not written yet.
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';

/** Registers the type. */
export const nightjarTrigger: NodeFile = (red) => {
  function NightjarTrigger(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
  }
  red.nodes.registerType('nightjar-trigger', NightjarTrigger as never);
};
