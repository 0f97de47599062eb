// A real Node-RED, 5 and 4.1, to try a palette in.

export { freePort } from '../processes/free-port.ts';
export { type ProcessFacts, processFacts, processTree } from '../processes/process-facts.ts';
export { until } from '../processes/within.ts';
export { type NodeRedVersion, node20, nodeFor, nodeRedFolder } from './installed-node-red.ts';
export { type DeployType, NodeRedHarness, type NodeRedOptions } from './node-red-harness.ts';
