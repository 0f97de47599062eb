// Builds messages from the topic table.
import type { Message } from './outbox.ts';
import { type TopicName, topicFor, topicSpec } from './topics.ts';

/** A message with plain text; retention, QoS and expiry as the table says. */
export function plainMessage(base: string, name: TopicName, { id, payload }: { readonly id: string; readonly payload: string | Uint8Array }): Message {
  const { retain, qos, keep, expiry, contentType } = topicSpec(name);
  return {
    topic: topicFor(base, name, id),
    payload,
    retain,
    qos,
    keep,
    ...(typeof expiry === 'number' ? { expirySeconds: expiry } : {}),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

/** A message with an object as JSON. @param content.statsIntervalMs - For topics that expire after three intervals. */
export function jsonMessage(
  base: string,
  name: TopicName,
  content: { readonly id: string; readonly payload: object; readonly statsIntervalMs?: number },
): Message {
  const message = plainMessage(base, name, { id: content.id, payload: JSON.stringify(content.payload) });
  if (topicSpec(name).expiry !== '3x' || content.statsIntervalMs === undefined) return message;
  return { ...message, expirySeconds: Math.ceil((3 * content.statsIntervalMs) / 1000) };
}

/** Removes what is retained on a topic; kept until the broker has it, whatever the topic itself is. */
export function emptyMessage(base: string, name: TopicName, id: string): Message {
  return { topic: topicFor(base, name, id), payload: '', retain: true, qos: 1, keep: 'state' };
}

/** The recorder's own state, also its last will. */
export function serverStateMessage(base: string, serverId: string, payload: 'online' | 'offline'): Message {
  return plainMessage(base, 'serverState', { id: serverId, payload });
}
