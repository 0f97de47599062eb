// What Homebridge loads.
import type { API } from 'homebridge';
import { NightjarPlatform } from './platform.ts';

/** Registers the platform. */
export default (api: API): void => {
  api.registerPlatform('Nightjar', NightjarPlatform);
};
