// What a bridge or an accessory offers, to be looked up by name instead of by number.
import { CHARACTERISTICS, type CharacteristicName, SERVICES, type ServiceName } from './hap-types.ts';

/** Where a characteristic is written and read: `<aid>.<iid>`. */
export type CharacteristicId = `${number}.${number}`;

/** A value as JSON carries it; TLV8 and data as base64. */
export type HapValue = string | number | boolean | null;

export interface HapCharacteristic {
  readonly iid: number;
  readonly type: string;
  readonly value?: HapValue;
  readonly perms: readonly string[];
}

export interface HapService {
  readonly iid: number;
  readonly type: string;
  readonly primary?: boolean;
  readonly linked?: readonly number[];
  readonly characteristics: readonly HapCharacteristic[];
}

export interface HapAccessory {
  readonly aid: number;
  readonly services: readonly HapService[];
}

/** One accessory's services. */
export class AccessoryView {
  readonly accessory: HapAccessory;

  constructor(accessory: HapAccessory) {
    this.accessory = accessory;
  }

  get aid(): number {
    return this.accessory.aid;
  }

  /** As its information service calls it. */
  get name(): string {
    return String(this.value('AccessoryInformation', 'Name'));
  }

  /** Services of a type, in order. */
  services(name: ServiceName): readonly HapService[] {
    return this.accessory.services.filter(({ type }) => isType(type, SERVICES[name]));
  }

  has(name: ServiceName): boolean {
    return this.services(name).length > 0;
  }

  /**
   * A characteristic of the `index`th service of a type.
   *
   * @throws Error where there is none, naming what there is.
   */
  characteristic(service: ServiceName, name: CharacteristicName, index = 0): HapCharacteristic {
    const found = this.services(service)[index];
    if (found === undefined)
      throw new Error(`accessory ${this.aid} has no ${service} number ${index}; it has ${this.accessory.services.map(({ type }) => type).join(', ')}`);
    const characteristic = found.characteristics.find(({ type }) => isType(type, CHARACTERISTICS[name]));
    if (characteristic === undefined) throw new Error(`the ${service} of accessory ${this.aid} has no ${name}`);
    return characteristic;
  }

  hasCharacteristic(service: ServiceName, name: CharacteristicName): boolean {
    return this.services(service).some(({ characteristics }) => characteristics.some(({ type }) => isType(type, CHARACTERISTICS[name])));
  }

  id(service: ServiceName, name: CharacteristicName, index = 0): CharacteristicId {
    return `${this.aid}.${this.characteristic(service, name, index).iid}`;
  }

  /** As it was when the database was read. */
  value(service: ServiceName, name: CharacteristicName, index = 0): HapValue | undefined {
    return this.characteristic(service, name, index).value;
  }
}

/** All accessories behind one port. */
export class AccessoryDatabase {
  readonly accessories: readonly AccessoryView[];

  constructor(accessories: readonly HapAccessory[]) {
    this.accessories = accessories.map((accessory) => new AccessoryView(accessory));
  }

  /** Those that show video. */
  get cameras(): readonly AccessoryView[] {
    return this.accessories.filter((accessory) => accessory.has('CameraRTPStreamManagement'));
  }

  /** A camera by name; without a name the first one. @throws Error where there is none. */
  camera(name?: string): AccessoryView {
    const found = this.cameras.find((camera) => name === undefined || camera.name === name);
    if (found === undefined)
      throw new Error(`there is no camera ${name ?? 'at all'}; there are ${this.accessories.map((accessory) => accessory.name).join(', ')}`);
    return found;
  }
}

const SHORT_TAIL = '-0000-1000-8000-0026BB765291';

/** Both forms of a type of Apple's name the same thing. */
function isType(type: string, short: string): boolean {
  const upper = type.toUpperCase();
  return upper === short || upper === `${short.padStart(8, '0')}${SHORT_TAIL}`;
}
