// How accessories come into Home and leave it: on the bridge, or each on its own.
import type { API, PlatformAccessory } from 'homebridge';
import type { Publishing } from '../config/plugin-config.ts';
import { bounded } from './bounded.ts';
import { homeName } from './home-name.ts';

/** The package's name. */
export const PLUGIN = 'homebridge-nightjar';
/** What `platform` of an entry of Homebridge's configuration says. */
export const PLATFORM = 'Nightjar';

type HapAccessory = PlatformAccessory['_associatedHAPAccessory'];
type PublishCall = Parameters<HapAccessory['publish']>;

interface Shown {
  readonly accessory: PlatformAccessory;
  isShown: boolean;
  /** How Homebridge published it, to be able to do so again: it does it once only. */
  call?: PublishCall;
  publish?: HapAccessory['publish'];
  isPublished: boolean;
  /** Publishing and its opposite, one after the other: an accessory that is taken back before it listens ends the process. */
  work: Promise<void>;
}

/** Accessories behind one bridge (HomeKit Accessory Protocol Specification, §2.5.3.2: 150 with the bridge itself). */
const MOST_BRIDGED = 149;
/** How long an accessory may take to listen. */
const LISTENS_WITHIN_MS = 10_000;

/** All accessories of one platform. */
export class HomeAccessories {
  readonly #api: API;
  readonly #publishing: Publishing;
  readonly #cached = new Map<string, PlatformAccessory>();
  readonly #shown = new Map<string, Shown>();

  constructor(api: API, publishing: Publishing) {
    this.#api = api;
    this.#publishing = publishing;
  }

  /** One that was on the bridge before. */
  restore(accessory: PlatformAccessory): void {
    this.#cached.set(accessory.UUID, accessory);
  }

  /** Those that were on the bridge before. */
  get restored(): readonly PlatformAccessory[] {
    return [...this.#cached.values()];
  }

  /** Whether one more than those of before may come. Homebridge itself would take it in, and then not start any more. */
  get hasRoom(): boolean {
    if (this.#publishing === 'external') return true;
    const bridge = [...this.#cached.values()].map(({ _associatedHAPAccessory }) => _associatedHAPAccessory.bridge).find((each) => each !== undefined);
    return (bridge?.bridgedAccessories.length ?? this.#cached.size) < MOST_BRIDGED;
  }

  /** Whether it was on the bridge before. */
  isRestored(uuid: string): boolean {
    return this.#cached.has(uuid);
  }

  /** The accessory under that UUID: the one of before, or a new one that nobody sees yet. */
  obtain(uuid: string, name: string): PlatformAccessory {
    const known = this.#shown.get(uuid)?.accessory ?? (this.#publishing === 'bridged' ? this.#cached.get(uuid) : undefined);
    const accessory = known ?? new this.#api.platformAccessory(homeName(name, 'Camera'), uuid);
    if (known === undefined) accessory.context = { name: accessory.displayName };
    return accessory;
  }

  /** Shows an accessory with all its services; its setup code is told by Homebridge, where it has one. */
  show(accessory: PlatformAccessory): void {
    const uuid = accessory.UUID;
    const before = this.#shown.get(uuid);
    if (before?.isShown === true) return;
    const shown: Shown = before ?? { accessory, isShown: true, isPublished: false, work: Promise.resolve() };
    shown.isShown = true;
    this.#shown.set(uuid, shown);
    if (this.#publishing === 'external') return this.#publish(shown);
    if (this.#cached.get(uuid) === accessory) this.#api.updatePlatformAccessories([accessory]);
    else this.#register(accessory);
    this.#cached.set(uuid, accessory);
  }

  #register(accessory: PlatformAccessory): void {
    try {
      this.#api.registerPlatformAccessories(PLUGIN, PLATFORM, [accessory]);
    } catch (error) {
      this.#shown.delete(accessory.UUID);
      // Homebridge remembers it nevertheless, and would not start with it.
      try {
        this.#api.unregisterPlatformAccessories(PLUGIN, PLATFORM, [accessory]);
      } catch {
        // It was not on the bridge.
      }
      throw error;
    }
  }

  /** The recorder has it no more. What Home knew of one on its own is kept, should it come again. */
  hide(accessory: PlatformAccessory): void {
    const shown = this.#shown.get(accessory.UUID);
    if (shown?.isShown !== true) return;
    shown.isShown = false;
    if (this.#publishing === 'external') this.#settle(shown).catch(() => undefined);
    else this.#drop(accessory);
  }

  /** What is remembered of an accessory changed. */
  keep(accessory: PlatformAccessory): void {
    if (this.#publishing === 'bridged' && this.#shown.get(accessory.UUID)?.isShown === true) this.#api.updatePlatformAccessories([accessory]);
  }

  /** Takes off the bridge what was there before and nobody wants: call it once, after everything wanted was shown. */
  dropUnwanted(isWanted: (accessory: PlatformAccessory) => boolean): readonly PlatformAccessory[] {
    const unwanted = [...this.#cached.values()].filter((accessory) => this.#shown.get(accessory.UUID)?.accessory !== accessory && !isWanted(accessory));
    for (const accessory of unwanted) this.#drop(accessory);
    return unwanted;
  }

  /** What somebody scans or types to add an accessory of its own; nothing for one on the bridge, or one that is not published yet. */
  setup(accessory: PlatformAccessory): { readonly uri: string; readonly code: string } | undefined {
    if (this.#publishing === 'bridged') return undefined;
    const code = this.#shown.get(accessory.UUID)?.call?.[0].pincode;
    try {
      return code === undefined ? undefined : { uri: accessory._associatedHAPAccessory.setupURI(), code };
    } catch {
      return undefined;
    }
  }

  #drop(accessory: PlatformAccessory): void {
    this.#cached.delete(accessory.UUID);
    this.#shown.delete(accessory.UUID);
    this.#api.unregisterPlatformAccessories(PLUGIN, PLATFORM, [accessory]);
  }

  #publish(shown: Shown): void {
    if (shown.publish !== undefined) {
      this.#settle(shown).catch(() => undefined);
      return;
    }
    const hap = shown.accessory._associatedHAPAccessory;
    shown.publish = hap.publish.bind(hap);
    hap.publish = (...call) => {
      shown.call = call;
      return this.#settle(shown);
    };
    this.#api.publishExternalAccessories(PLUGIN, [shown.accessory]);
  }

  /** Makes it so that it is published if it is to be seen, after whatever is done to it now. */
  #settle(shown: Shown): Promise<void> {
    const settle = async (): Promise<void> => {
      const { accessory, call, isShown, isPublished, publish } = shown;
      if (isShown === isPublished || call === undefined || publish === undefined) return;
      const hap = accessory._associatedHAPAccessory;
      shown.isPublished = isShown;
      if (!isShown) return hap.unpublish();
      const listens = new Promise<void>((resolve) => {
        hap.once('listening', () => resolve());
      });
      await publish(...call);
      await bounded(listens, LISTENS_WITHIN_MS);
    };
    const settled = shown.work.then(settle);
    shown.work = settled.catch(() => undefined);
    return settled;
  }
}
