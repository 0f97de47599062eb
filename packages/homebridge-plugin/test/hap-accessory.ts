// An accessory as Homebridge hands it to plugins, over the real hap-nodejs, without a Homebridge around it.
import hapNodeJs from '@homebridge/hap-nodejs';
import type { HAP, PlatformAccessory } from 'homebridge';

export const hap: HAP = hapNodeJs;

/** A bare accessory, or one that was there before, published nowhere. */
export function hapAccessory(
  name: string,
  uuid: string = hapNodeJs.uuid.generate(name),
  accessory: PlatformAccessory['_associatedHAPAccessory'] = new hapNodeJs.Accessory(name, uuid),
): PlatformAccessory {
  const bound = Object.fromEntries(
    (['getService', 'getServiceById', 'addService', 'removeService', 'configureController'] as const).map((method) => [
      method,
      (accessory[method] as (...given: unknown[]) => unknown).bind(accessory),
    ]),
  );
  const made = {
    ...bound,
    UUID: accessory.UUID,
    displayName: name,
    context: {},
    category: accessory.category,
    _associatedHAPAccessory: accessory,
    updateDisplayName(next: string) {
      made.displayName = next;
    },
  };
  return made as unknown as PlatformAccessory;
}
