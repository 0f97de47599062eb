// The whole recorder's `armed` as one tile.
import type { RecorderControls } from '@nightjar/client';
import type { API, PlatformAccessory, Service } from 'homebridge';
import { hapValues } from '../hap-values.ts';
import { switchService } from './camera-switches.ts';

/** Armed or not, for all cameras of a recorder at once. */
export class RecorderSwitch {
  readonly #api: API;
  readonly #service: Service;
  #controls: RecorderControls | undefined;

  constructor(api: API, accessory: PlatformAccessory, version: string, set: (controls: RecorderControls) => Promise<unknown>) {
    this.#api = api;
    const { Characteristic, Service: Services } = api.hap;
    accessory.category = hapValues(api.hap).Categories.SWITCH;
    accessory
      .getService(Services.AccessoryInformation)
      ?.setCharacteristic(Characteristic.Manufacturer, 'Nightjar')
      .setCharacteristic(Characteristic.Model, 'Recorder')
      .setCharacteristic(Characteristic.SerialNumber, 'recorder')
      .setCharacteristic(Characteristic.FirmwareRevision, version);
    this.#service = switchService(api.hap, accessory, {
      subtype: 'armed',
      title: accessory.displayName,
      isOn: () => this.#controls?.armed,
      set: (isOn) => set({ armed: isOn }),
    });
  }

  /** @param controls - Nothing: the recorder is away. */
  update(controls: RecorderControls | undefined): void {
    this.#controls = controls;
    if (controls !== undefined) this.#service.updateCharacteristic(this.#api.hap.Characteristic.On, controls.armed);
  }
}
