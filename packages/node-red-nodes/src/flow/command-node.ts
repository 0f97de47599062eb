// What the nodes that tell cameras to do something share: one command after the other, in the order messages came, and none much later than it was meant.
import { changedMessage } from './changed-message.ts';
import { failMessage, finishMessage } from './end-message.ts';
import type { FlowMessage, Red, RedNode, SavedNode } from './node-red.ts';
import { OrderedLane } from './ordered-lane.ts';
import { SiteMember } from './site-member.ts';
import { timeLeft } from './time-left.ts';
import { TypedValues } from './typed-value.ts';

/** One command. */
export interface CommandCall {
  readonly member: SiteMember;
  readonly values: TypedValues;
  /** Ends with the node. */
  readonly signal: AbortSignal;
  /** How much is left of a limit that began when the message came, in ms. @throws Error where nothing is. */
  left(limitMs: number): number;
}

/** What a node does for a message. @returns Properties of the message that goes on. */
export type CommandWork = (call: CommandCall) => Promise<Readonly<Record<string, unknown>>>;

/** Messages that may wait. */
const MOST = 500;

/** What makes up such a node. */
export interface CommandNodeOptions {
  /** As `currentProperties` gives them. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Commands that may be without an answer at once; they are published in the order messages came. */
  readonly atOnce: number;
  /** As those of `MemberOptions`. */
  readonly cameras: readonly string[];
  /** As those of `MemberOptions`; default: that there is the camera. */
  readonly needs?: readonly string[];
  readonly work: CommandWork;
}

/** Makes a node that carries out `work` for each message. */
export function commandNode(
  red: Red,
  node: RedNode,
  saved: SavedNode,
  { properties, atOnce, cameras, needs = ['camera/+/info'], work }: CommandNodeOptions,
): void {
  const member = new SiteMember(red, node, saved, { cameras, needs, commands: true });
  const lane = new OrderedLane({ atOnce, most: MOST });
  const { signal } = member;
  let hasFailed = false;
  const show = (): void => {
    if (lane.size > 0) member.show({ fill: 'blue', shape: 'ring', word: 'sending' });
    else member.show(hasFailed ? { fill: 'red', shape: 'dot', word: 'failed', isOutcome: true } : undefined);
  };
  node.on('input', (message, send, done) => {
    const cameMs = performance.now();
    const left = (limitMs: number): number => timeLeft(limitMs, performance.now() - cameMs);
    const begin = async (): Promise<Readonly<Record<string, unknown>>> => {
      signal.throwIfAborted();
      return work({ member, signal, left, values: new TypedValues(red, node, properties, message as FlowMessage) });
    };
    try {
      // What is sent while there is no connection is not kept for later.
      if (member.site.link.status === 'disconnected') throw new Error(`not connected: ${member.site.link.problem}`);
      lane.run(begin, (outcome) => {
        if (signal.aborted) return;
        hasFailed = 'error' in outcome;
        show();
        if ('error' in outcome) return failMessage(node, done, outcome.error);
        finishMessage(node, done, () => send(changedMessage(message as FlowMessage, outcome.value)));
      });
      show();
    } catch (error) {
      hasFailed = true;
      show();
      failMessage(node, done, error);
    }
  });
}
