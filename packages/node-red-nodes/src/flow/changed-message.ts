// Messages that go on with properties of a node.
import type { FlowMessage } from './node-red.ts';

/** The message itself with these properties, without those that are `undefined`; a copy where somebody froze it, or a property of it. */
export function changedMessage(message: FlowMessage, properties: Readonly<Record<string, unknown>>): FlowMessage {
  try {
    return withoutUndefined(Object.assign(message, properties), properties);
  } catch {
    return withoutUndefined({ ...message, ...properties }, properties);
  }
}

/** What an earlier node has left in the message is not what this one found. */
function withoutUndefined(message: FlowMessage, properties: Readonly<Record<string, unknown>>): FlowMessage {
  for (const [name, value] of Object.entries(properties)) if (value === undefined) delete message[name];
  return message;
}
