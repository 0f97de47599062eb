// What the nodes that ask recorders share: work for each message, ended in the order the messages came, and said to Catch nodes where it fails.
import { failMessage, finishMessage } from './end-message.ts';
import type { FlowMessage, RedNode } from './node-red.ts';
import type { OrderedLane } from './ordered-lane.ts';

/** How a node does it. */
export interface MessageWork<T> {
  readonly lane: OrderedLane;
  /** Called when a message comes. @returns What is done once there is room. */
  begin(message: FlowMessage): () => Promise<T>;
  /** It has room, or waits for it. */
  begun?(): void;
  /** It is done: sends what comes of it. */
  finish(message: FlowMessage, value: T, send: (message: FlowMessage) => void): void;
  /** It is not done, or there is no room for it: shows that. */
  failed(error: unknown): void;
}

/** Does it for each message that comes into the node. */
export function forEachMessage<T>(node: RedNode, { lane, begin, begun, finish, failed }: MessageWork<T>): void {
  node.on('input', (incoming, send, done) => {
    const message = incoming as FlowMessage;
    const fail = (error: unknown): void => {
      failed(error);
      failMessage(node, done, error);
    };
    try {
      lane.run(begin(message), (outcome) => {
        if ('error' in outcome) return fail(outcome.error);
        if (!finishMessage(node, done, () => finish(message, outcome.value, send))) failed(undefined);
      });
      begun?.();
    } catch (error) {
      fail(error);
    }
  });
}
