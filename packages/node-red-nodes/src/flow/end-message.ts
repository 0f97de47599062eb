// How a message ends at a node. Node-RED copies messages, and cannot copy every one.
import { errorText } from '../site/error-text.ts';
import { flowError } from './flow-error.ts';
import type { RedNode } from './node-red.ts';

type Done = (error?: Error) => void;

/** Tells Catch nodes why nothing comes of a message; where they cannot be given it, the log at least. */
export function failMessage(node: RedNode, done: Done, error: unknown): void {
  try {
    done(flowError(error));
  } catch {
    node.error(errorText(error));
  }
}

/** Sends what comes of a message, and ends it. @returns Whether it could be sent; if not, that is told. */
export function finishMessage(node: RedNode, done: Done, send: () => void): boolean {
  try {
    send();
  } catch (error) {
    failMessage(node, done, new Error(`the message cannot be sent on: ${errorText(error)}`));
    return false;
  }
  done();
  return true;
}
