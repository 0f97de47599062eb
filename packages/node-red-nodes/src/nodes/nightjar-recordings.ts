// nightjar-recordings: not written yet.
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';

/** Registers the type. */
export const nightjarRecordings: NodeFile = (red) => {
  function NightjarRecordings(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
  }
  red.nodes.registerType('nightjar-recordings', NightjarRecordings as never);
};
