// What nodes use of Node-RED, by short names.
import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';

/** Node-RED as a node file gets it. */
export type Red = NodeAPI;

/** A node of ours at run time. */
export type RedNode<C extends object = object> = Node<C>;

/** A message on its way; nodes keep what they do not set. */
export type FlowMessage = NodeMessageInFlow & Record<string, unknown>;

/** Properties of a node as the editor saved them. */
export type SavedNode = NodeDef & Readonly<Record<string, unknown>>;

/** A file of the palette: registers one type of node. */
export type NodeFile = (red: Red) => void;
