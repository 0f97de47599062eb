// Switches of a camera or of the recorder as tiles.
import type { Camera, CameraControls } from '@nightjar/client';
import type { HAP, PlatformAccessory, Service } from 'homebridge';
import { hapValues } from '../hap-values.ts';
import type { SwitchName } from '../settings.ts';
import { bounded } from './bounded.ts';

/** Which control a switch is, and what Home calls it. */
const SWITCHES: Readonly<Record<SwitchName, { readonly control: keyof CameraControls; readonly title: string }>> = {
  armed: { control: 'armed', title: 'Armed' },
  detection: { control: 'detection', title: 'Motion detection' },
  recording: { control: 'record', title: 'Recording' },
  privacy: { control: 'privacy', title: 'Privacy' },
};

/** One tile that is on or off. */
export interface SwitchTile {
  readonly subtype: string;
  readonly title: string;
  /** Nothing: not known. */
  isOn(): boolean | undefined;
  set(isOn: boolean): Promise<unknown>;
}

/** Adds or finds a switch, and leads what is done with it to the recorder. */
export function switchService(hap: HAP, accessory: PlatformAccessory, tile: SwitchTile): Service {
  const { Characteristic, Service: Services, HapStatusError } = hap;
  const { SERVICE_COMMUNICATION_FAILURE } = hapValues(hap).HAPStatus;
  const service = accessory.getServiceById(Services.Switch, tile.subtype) ?? accessory.addService(Services.Switch, tile.title, tile.subtype);
  if (!service.testCharacteristic(Characteristic.ConfiguredName)) {
    service.addOptionalCharacteristic(Characteristic.ConfiguredName);
    service.setCharacteristic(Characteristic.ConfiguredName, tile.title);
  }
  service
    .getCharacteristic(Characteristic.On)
    .onGet(() => {
      const isOn = tile.isOn();
      if (isOn === undefined) throw new HapStatusError(SERVICE_COMMUNICATION_FAILURE);
      return isOn;
    })
    .onSet(async (value) => {
      try {
        await bounded(tile.set(value === true || value === 1));
      } catch {
        throw new HapStatusError(SERVICE_COMMUNICATION_FAILURE);
      }
    });
  return service;
}

/** The switches of one camera. */
export class CameraSwitches {
  readonly #hap: HAP;
  readonly #services = new Map<keyof CameraControls, Service>();

  constructor(options: {
    readonly hap: HAP;
    readonly accessory: PlatformAccessory;
    readonly wanted: readonly SwitchName[];
    camera(): Camera | undefined;
    set(changes: Partial<CameraControls>): Promise<Camera>;
  }) {
    const { hap, accessory, wanted, camera, set } = options;
    this.#hap = hap;
    for (const name of Object.keys(SWITCHES) as SwitchName[]) {
      const { control, title } = SWITCHES[name];
      const unwanted = accessory.getServiceById(hap.Service.Switch, name);
      if (wanted.includes(name))
        this.#services.set(
          control,
          switchService(hap, accessory, {
            subtype: name,
            title,
            isOn: () => {
              const seen = camera();
              return seen && seen.controls[control] === true;
            },
            set: (isOn) => set({ [control]: isOn }),
          }),
        );
      else if (unwanted !== undefined) accessory.removeService(unwanted);
    }
  }

  update({ controls }: Camera): void {
    for (const [control, service] of this.#services) service.updateCharacteristic(this.#hap.Characteristic.On, controls[control] === true);
  }
}
