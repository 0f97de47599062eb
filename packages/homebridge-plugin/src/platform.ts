// The platform: a recorder's cameras in Home.
import type { API, DynamicPlatformPlugin, Logging, PlatformAccessory, PlatformConfig } from 'homebridge';

/** One `platforms` entry of Homebridge's configuration. */
export class NightjarPlatform implements DynamicPlatformPlugin {
  readonly #cached = new Map<string, PlatformAccessory>();

  constructor(_log: Logging, _config: PlatformConfig, api: API) {
    api.on('shutdown', () => this.#cached.clear());
  }

  configureAccessory(accessory: PlatformAccessory): void {
    this.#cached.set(accessory.UUID, accessory);
  }
}
