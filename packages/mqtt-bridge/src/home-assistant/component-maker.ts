// Gives the components of one device their ids.
import { defaultEntityId, uniqueStem } from './discovery-ids.ts';
import type { Component } from './discovery-message.ts';

/** A component before it has ids: its platform, the name people see, and what is special to it. */
export interface Part extends Component {
  readonly name: string;
}

/**
 * Components by key, each with a unique id and the entity id it shall begin with. The keys of cameras and recorders are such that none is
 * another with something and `_` before it; so no two unique ids are the same.
 *
 * @param device.objectId - What every unique id begins with, made shorter where it is long.
 * @param device.entity - What every entity id begins with, in pieces; the first is the base.
 */
export function withIds(
  parts: Readonly<Record<string, Part>>,
  device: { readonly objectId: string; readonly entity: readonly [string, ...string[]] },
): Readonly<Record<string, Component>> {
  const stem = uniqueStem(device.objectId);
  return Object.fromEntries(
    Object.entries(parts).map(([key, { platform, ...rest }]) => [
      key,
      { platform, unique_id: `${stem}_${key}`, default_entity_id: defaultEntityId(platform, ...device.entity, key), ...rest },
    ]),
  );
}
