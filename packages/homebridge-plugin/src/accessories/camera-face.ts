// One camera in Home: its services, and what leads from them to the recorder and back.
import type { Camera, CameraControls } from '@nightjar/client';
import type {
  CameraController,
  CameraRecordingDelegate,
  CameraRecordingOptions,
  CameraStreamingDelegate,
  DoorbellController,
  HAP,
  PlatformAccessory,
  Service,
} from 'homebridge';
import type { CameraContext } from '../camera-context.ts';
import { hapValues } from '../hap-values.ts';
import type { SnapshotDesk } from '../snapshots/snapshot-desk.ts';
import { type HomeState, homeState } from './camera-state-policy.ts';
import { CameraSwitches } from './camera-switches.ts';
import { HeldState } from './held-state.ts';
import { homeName } from './home-name.ts';
import { PrivacyWish } from './privacy-wish.ts';
import { streamingOptions } from './streaming-options.ts';

/** Home hubs begin a recording with motion, and miss what is shorter; what never ends records for ever. */
const MOTION_LIMITS = { shortestMs: 10_000, longestMs: 300_000 };
/** Somebody who sits still is there nevertheless. */
const OCCUPANCY_LIMITS = { shortestMs: 10_000, longestMs: 3_600_000, lingerMs: 120_000 };
/** A button that is held, or a signal that is repeated, is one visitor. */
const RING_MS = 3000;
/** What hap-nodejs asks a controller for the reasons of recordings it offers. */
const TRIGGERS = 'retrieveEventTriggerOptions';
/** A camera on a bad network comes and goes; that is told once in this time, and else to those who debug. */
const FAULT_AGAIN_MS = 60_000;

/** Live views of one camera. */
export interface LiveViews extends Pick<CameraStreamingDelegate, 'prepareStream' | 'handleStreamRequest'> {
  /** Ends every view now, and says why. */
  endAll(why: string): void;
  dispose(): void;
}

/** Recordings of one camera for a home hub. */
export interface HubRecordings extends CameraRecordingDelegate {
  readonly options: CameraRecordingOptions;
  /** Follows what Home says of recording, where its calls leave something out. */
  follow(controller: CameraController): void;
  dispose(): void;
}

/** What a face is made of. */
export interface FaceParts {
  readonly hap: HAP;
  readonly accessory: PlatformAccessory;
  readonly context: CameraContext;
  readonly snapshots: SnapshotDesk;
  readonly live: (controller: () => CameraController) => LiveViews;
  readonly recordings?: HubRecordings | undefined;
  /** Whether the camera has sound that may be offered. */
  readonly hasSound: boolean;
  readonly version: string;
  /** The accessory has another name. */
  onRenamed(): void;
}

/** One camera as Home sees it. Made once an accessory: services must be there before it is published. */
export class CameraFace {
  readonly accessory: PlatformAccessory;
  readonly #parts: FaceParts;
  readonly #controller: CameraController | DoorbellController;
  readonly #live: LiveViews;
  readonly #motion: HeldState;
  readonly #occupancy: HeldState;
  readonly #switches: CameraSwitches;
  readonly #privacy: PrivacyWish;
  #lastRingMs = Number.NEGATIVE_INFINITY;
  #wasFaulty: boolean | undefined;
  #wasLetGo = false;
  #faultToldMs = Number.NEGATIVE_INFINITY;
  #isFaultTold = false;

  constructor(parts: FaceParts) {
    this.#parts = parts;
    const { hap, accessory, context } = parts;
    this.accessory = accessory;
    const { settings, log } = context;
    const { IP_CAMERA, VIDEO_DOORBELL } = hapValues(hap).Categories;
    accessory.category = settings.doorbell === false ? IP_CAMERA : VIDEO_DOORBELL;
    this.#live = parts.live(() => this.#controller);
    this.#controller = this.#makeController();
    accessory.configureController(this.#controller);
    parts.recordings?.follow(this.#controller);
    this.#motion = new HeldState(MOTION_LIMITS, (isOn) => this.#showMotion(isOn), {
      onStuck: () => log.warn(`${this.name}: motion lasts for more than five minutes; Home is told that it is over until something new moves.`),
    });
    this.#occupancy = new HeldState(OCCUPANCY_LIMITS, (isOn) => this.#showOccupancy(isOn));
    const set = (changes: Partial<CameraControls>): Promise<Camera> => context.recorder.setCameraControls(context.id, changes);
    this.#switches = new CameraSwitches({ hap, accessory, wanted: settings.switches, camera: () => context.camera(), set });
    this.#privacy = new PrivacyWish({
      set,
      warn: (reason) => log.debug(`${this.name}: the recorder was not told yet that the camera is switched: ${reason}`),
      refused: (reason) => log.warn(`${this.name}: what it is switched to in Home holds in Home only, because the recorder refuses it: ${reason}`),
    });
    // Homebridge's cache may remember a motion that ended while nobody looked.
    this.#showMotion(false);
    this.#showOccupancy(false);
    this.#followOperatingMode();
    this.#describe();
    this.update();
  }

  get id(): string {
    return this.#parts.context.id;
  }

  get name(): string {
    return this.accessory.displayName;
  }

  /** The recorder said something new of the camera, or is away. */
  update(): void {
    const camera = this.#parts.context.camera();
    const state = homeState(camera);
    if (camera !== undefined) {
      this.#rename(camera);
      this.#switches.update(camera);
      if (this.#privacy.wanted !== undefined) void this.#privacy.tell();
    }
    if (state.isBlind || !this.#isOnInHome) this.#drop();
    else this.#moves(state.isMoving);
    // What was seen before must not be shown of a camera that nobody may see now, should the recorder be away next.
    if (state.isLetGo && !this.#wasLetGo) this.#parts.snapshots.forget();
    this.#wasLetGo = state.isLetGo;
    this.#showState(state);
    // Between two tries nothing is known that was not known before.
    if (camera !== undefined && camera.state.status !== 'connecting') this.#sayState(camera, state);
  }

  /** A trigger came: somebody pressed the button, where there is one, and something moves. Home hubs record on motion only, whatever else was offered. */
  triggered(cause: string | undefined, source: string): void {
    const { isBlind, isMoving } = homeState(this.#parts.context.camera());
    if (!isBlind && this.#isOnInHome) {
      // Where nothing is recorded a trigger forces nothing, and counts for Home all the same.
      this.#moves(true);
      this.#moves(isMoving);
    }
    const { doorbell } = this.#parts.context.settings;
    if (doorbell === false || (doorbell !== true && doorbell !== cause && doorbell !== source)) return;
    const nowMs = performance.now();
    if (nowMs - this.#lastRingMs < RING_MS) return;
    this.#lastRingMs = nowMs;
    this.#parts.context.log.info(`${this.name}: the doorbell rings`);
    if ('ringDoorbell' in this.#controller) this.#controller.ringDoorbell();
  }

  /** Nobody sees it for now. */
  rest(): void {
    this.#drop();
    this.#live.endAll('the camera was removed from the recorder');
    this.#parts.snapshots.forget();
  }

  /** It is there again: what Home remembers of it the recorder may not know. */
  wake(): void {
    if (this.#parts.context.settings.offInHome === 'privacy' && !this.#isOnInHome) this.#privacy.want(true);
  }

  /** Ends what runs; the accessory stays as it is. */
  stop(): void {
    this.#motion.stop();
    this.#occupancy.stop();
    this.#parts.snapshots.stop();
    this.#live.dispose();
    this.#parts.recordings?.dispose();
  }

  #makeController(): CameraController | DoorbellController {
    const { hap, context, recordings, hasSound, snapshots } = this.#parts;
    const { settings } = context;
    const Controller = settings.doorbell === false ? hap.CameraController : hap.DoorbellController;
    const controller = new Controller({
      cameraStreamCount: settings.viewers,
      delegate: {
        handleSnapshotRequest: ({ width, height }, callback) => {
          snapshots.picture(width, height).then(
            (jpeg) => callback(undefined, Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength)),
            (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
          );
        },
        prepareStream: (request, callback) => this.#live.prepareStream(request, callback),
        handleStreamRequest: (request, callback) => this.#live.handleStreamRequest(request, callback),
      },
      streamingOptions: streamingOptions(hap, hasSound),
      sensors: { motion: true, occupancy: this.#occupancySensor() },
      ...(recordings === undefined ? {} : { recording: { options: recordings.options, delegate: recordings } }),
    });
    // One trigger more is another offer, at which hap-nodejs forgets what the hub chose: who makes a doorbell of a camera would record no more.
    // Hubs never choose that of a doorbell.
    const { prototype } = hap.CameraController as unknown as { readonly prototype: Readonly<Record<string, unknown>> };
    Object.defineProperty(controller, TRIGGERS, { value: prototype[TRIGGERS] });
    return controller;
  }

  /** One of ours: hap-nodejs does not add the one it makes to an accessory that was there without it. */
  #occupancySensor(): Service | false {
    const { hap, accessory, context } = this.#parts;
    const { OccupancySensor } = hap.Service;
    const before = accessory.getService(OccupancySensor);
    if (context.settings.occupancy) return before ?? accessory.addService(OccupancySensor);
    if (before !== undefined) accessory.removeService(before);
    return false;
  }

  /** A camera that is switched off in Home sends no picture, to nobody where that is wanted. */
  #followOperatingMode(): void {
    const { hap, context, snapshots } = this.#parts;
    const { Characteristic } = hap;
    const service = this.#controller.recordingManagement?.operatingModeService;
    if (service === undefined) return;
    const active = service.getCharacteristic(Characteristic.HomeKitCameraActive);
    const isPrivate = context.settings.offInHome === 'privacy';
    let isOffForHome = false;
    active.on('change', ({ newValue, reason }) => {
      const isOn = newValue === true || newValue === 1;
      // What is restored at a start is nobody's wish: a camera that was switched off elsewhere meanwhile stays off.
      if (isOn && !isOffForHome && String(reason) !== 'write') return;
      isOffForHome = !isOn;
      if (!isOn) {
        this.#live.endAll('switched off in Home');
        snapshots.forget();
      }
      if (isPrivate) this.#privacy.want(!isOn);
      context.log.info(`${this.name}: switched ${isOn ? 'on' : 'off'} in Home`);
      // hap-nodejs says of the sensors that they are active again whenever the camera is; they may not be.
      queueMicrotask(() => this.update());
    });
    service.getCharacteristic(Characteristic.ManuallyDisabled).onGet(() => homeState(context.camera()).isLetGo && this.#isOnInHome);
    // What Home remembers from before a restart the recorder may not know.
    if (isPrivate)
      queueMicrotask(() => {
        if (this.#isOnInHome) return;
        isOffForHome = true;
        this.#privacy.want(true);
      });
  }

  get #isOnInHome(): boolean {
    const service = this.#controller.recordingManagement?.operatingModeService;
    const value = service?.getCharacteristic(this.#parts.hap.Characteristic.HomeKitCameraActive).value;
    return value !== false && value !== 0;
  }

  #describe(): void {
    const { hap, version } = this.#parts;
    const { Characteristic, Service } = hap;
    this.accessory
      .getService(Service.AccessoryInformation)
      ?.setCharacteristic(Characteristic.Manufacturer, 'Nightjar')
      .setCharacteristic(Characteristic.Model, 'Camera')
      .setCharacteristic(Characteristic.SerialNumber, this.id)
      .setCharacteristic(Characteristic.FirmwareRevision, version);
  }

  /** What people named it in Home stays there; this is what Home proposes. */
  #rename({ id, name }: Camera): void {
    const wanted = homeName(name, id);
    const { context } = this.accessory;
    if (context['name'] === wanted) return;
    context['name'] = wanted;
    this.accessory.updateDisplayName(wanted);
    this.#parts.onRenamed();
  }

  #drop(): void {
    this.#motion.drop();
    this.#occupancy.drop();
  }

  #moves(isMoving: boolean): void {
    this.#motion.set(isMoving);
    this.#occupancy.set(isMoving);
  }

  #showMotion(isOn: boolean): void {
    this.#controller.motionService?.updateCharacteristic(this.#parts.hap.Characteristic.MotionDetected, isOn);
  }

  #showOccupancy(isOn: boolean): void {
    this.#controller.occupancyService?.updateCharacteristic(this.#parts.hap.Characteristic.OccupancyDetected, isOn ? 1 : 0);
  }

  #showState({ isFaulty, isWatching, isLetGo }: HomeState): void {
    const { Characteristic } = this.#parts.hap;
    for (const service of [this.#controller.motionService, this.#controller.occupancyService])
      service
        ?.updateCharacteristic(Characteristic.StatusActive, isWatching && this.#isOnInHome)
        .updateCharacteristic(Characteristic.StatusFault, isFaulty ? Characteristic.StatusFault.GENERAL_FAULT : Characteristic.StatusFault.NO_FAULT);
    this.#controller.recordingManagement?.operatingModeService.updateCharacteristic(Characteristic.ManuallyDisabled, isLetGo && this.#isOnInHome);
  }

  #sayState(camera: Camera, { isBlind, isFaulty }: HomeState): void {
    const wasFaulty = this.#wasFaulty;
    this.#wasFaulty = isFaulty;
    if (wasFaulty === undefined) {
      const { width, height } = camera.state;
      if (!isBlind) this.#parts.context.log.info(`${this.name}: the camera is there, ${width}x${height}`);
      return;
    }
    if (wasFaulty !== isFaulty || (isFaulty && !this.#isFaultTold)) this.#sayFault(camera, isFaulty);
  }

  #sayFault({ state }: Camera, isFaulty: boolean): void {
    const { log } = this.#parts.context;
    const wasTold = this.#isFaultTold;
    this.#isFaultTold = isFaulty && performance.now() - this.#faultToldMs >= FAULT_AGAIN_MS;
    if (this.#isFaultTold) this.#faultToldMs = performance.now();
    if (!isFaulty) log[wasTold ? 'info' : 'debug'](`${this.name}: the camera is back`);
    else log[this.#isFaultTold ? 'warn' : 'debug'](`${this.name}: ${state.problem ?? `the camera is ${state.status}`}`);
  }
}
