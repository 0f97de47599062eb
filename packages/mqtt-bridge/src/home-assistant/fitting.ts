// Keeps a message below the size that everybody takes, where base, ids and names are as long as they may be.
import type { Component, DiscoveryMessage } from './discovery-message.ts';

/** Some brokers and clients are set to take no more. */
export const MAX_DISCOVERY_BYTES = 10_000;

type Components = Readonly<Record<string, Component>>;

/** What can be done without, the least first: ids to begin with, triggers that can be written by hand, entities that begin disabled, icons. */
const STEPS: readonly ((components: Components) => Components)[] = [
  (components) => mapped(components, ({ default_entity_id: _, ...rest }) => rest as Component),
  (components) => kept(components, ({ platform }) => platform !== 'device_automation'),
  (components) => kept(components, (component) => component['enabled_by_default'] !== false),
  (components) => mapped(components, ({ icon: _, ...rest }) => rest as Component),
];

/** The message, or one with less in it that is short enough. */
export function fitting(message: DiscoveryMessage): DiscoveryMessage {
  let fits = message;
  for (const step of STEPS) {
    if (Buffer.byteLength(JSON.stringify(fits.payload)) < MAX_DISCOVERY_BYTES) break;
    fits = { ...fits, payload: { ...fits.payload, components: step(fits.payload.components) } };
  }
  return fits;
}

function mapped(components: Components, change: (component: Component) => Component): Components {
  return Object.fromEntries(Object.entries(components).map(([key, component]) => [key, change(component)]));
}

function kept(components: Components, isKept: (component: Component) => boolean): Components {
  return Object.fromEntries(Object.entries(components).filter(([, component]) => isKept(component)));
}
