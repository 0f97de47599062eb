// Builds messages from the topic table.
import type { Message } from './outbox.ts';
import { type TopicName, topicFor, topicSpec } from './topics.ts';

/** A message with plain text; retention, QoS and expiry as the table says. */
export function plainMessage(
  base: string,
  topic: TopicName,
  { id, name, payload }: { readonly id: string; readonly name?: string | undefined; readonly payload: string | Uint8Array },
): Message {
  const { retain, qos, keep, expiry, contentType } = topicSpec(topic);
  return {
    topic: topicFor(base, topic, id, name),
    payload,
    retain,
    qos,
    keep,
    ...(typeof expiry === 'number' ? { expirySeconds: expiry } : {}),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

/** A message with an object as JSON. @param content.intervalMs - For topics that expire after three intervals. */
export function jsonMessage(
  base: string,
  topic: TopicName,
  content: { readonly id: string; readonly name?: string; readonly payload: object; readonly intervalMs?: number },
): Message {
  const message = plainMessage(base, topic, { id: content.id, name: content.name, payload: JSON.stringify(content.payload) });
  return content.intervalMs === undefined ? message : expiringMessage(topic, message, content.intervalMs);
}

/** A message on a topic whose messages expire after three intervals, with that expiry. */
export function expiringMessage(topic: TopicName, message: Message, intervalMs: number): Message {
  return topicSpec(topic).expiry === '3x' ? { ...message, expirySeconds: Math.ceil((3 * intervalMs) / 1000) } : message;
}

/** Removes what is retained on a topic; kept until the broker has it, whatever the topic itself is. */
export function emptyMessage(topic: string): Message {
  return { topic, payload: '', retain: true, qos: 1, keep: 'state' };
}

/** The recorder's own state, also its last will. */
export function serverStateMessage(base: string, serverId: string, payload: 'online' | 'offline'): Message {
  return plainMessage(base, 'serverState', { id: serverId, payload });
}
