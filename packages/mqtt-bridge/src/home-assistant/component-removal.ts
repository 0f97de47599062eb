// How Home Assistant is told that a device has fewer components than before.
import type { Message } from '../outbox.ts';
import type { Component, DiscoveryMessage } from './discovery-message.ts';

/** Platforms of components, by key. */
export type Platforms = Readonly<Record<string, string>>;

/** The platforms of what is described, without what is only taken back. */
export function platformsOf(components: Readonly<Record<string, unknown>>): Platforms {
  const described = Object.entries(components).filter((entry): entry is [string, Component] => isDescribed(entry[1]));
  return Object.fromEntries(described.map(([key, { platform }]) => [key, platform]));
}

/**
 * The message that takes back those of `before` that `message` does not have: each with its platform alone. To be sent before `message`, which would only
 * leave them as they are. It is not retained: what stands on the broker is true for those who come later.
 *
 * @returns Nothing where all are there.
 */
export function removalMessage({ topic, payload }: DiscoveryMessage, before: Platforms): Message | undefined {
  const gone = Object.entries(before).filter(([key]) => !Object.hasOwn(payload.components, key));
  if (gone.length === 0) return undefined;
  const components = { ...payload.components, ...Object.fromEntries(gone.map(([key, platform]) => [key, { platform }])) };
  return { topic, payload: JSON.stringify({ ...payload, components }), retain: false, qos: 1, keep: 'event', contentType: 'application/json' };
}

function isDescribed(component: unknown): boolean {
  return typeof component === 'object' && component !== null && 'platform' in component && Object.keys(component).length > 1;
}
