// Messages that go on with properties of a node.
import type { FlowMessage } from './node-red.ts';

/** The message itself with these properties; a copy where somebody froze it, or a property of it. */
export function changedMessage(message: FlowMessage, properties: Readonly<Record<string, unknown>>): FlowMessage {
  try {
    return Object.assign(message, properties);
  } catch {
    return { ...message, ...properties };
  }
}
