// Which cameras are in Home: those the recorder has, and until it says, those it had.
import type { Camera } from '@nightjar/client';
import type { API, Logging, PlatformAccessory } from 'homebridge';
import { CameraFace, type FaceParts } from './accessories/camera-face.ts';
import type { HomeAccessories } from './accessories/home-accessories.ts';
import type { CameraContext } from './camera-context.ts';
import type { Publishing } from './config/plugin-config.ts';
import type { KnownCamera, KnownCameras } from './known-cameras.ts';
import type { RecorderDoor } from './recorder-door.ts';
import type { SessionBook } from './session-book.ts';
import type { FaceSettings } from './settings.ts';
import { AnswerPace } from './snapshots/answer-pace.ts';
import type { Placeholder } from './snapshots/placeholder.ts';
import { SnapshotDesk } from './snapshots/snapshot-desk.ts';

/** What every camera of one platform shares. */
export interface HomeCamerasOptions {
  readonly api: API;
  readonly log: Logging;
  readonly accessories: HomeAccessories;
  readonly publishing: Publishing;
  readonly known: KnownCameras;
  readonly door: RecorderDoor;
  readonly sessions: SessionBook;
  readonly placeholder: Placeholder;
  readonly version: string;
  /** Live views and recordings of a camera. */
  readonly media: (context: CameraContext) => Pick<FaceParts, 'live' | 'recordings'>;
  face(cameraId: string): FaceSettings;
  /** As the recorder described it last; nothing while it is away. */
  camera(cameraId: string): Camera | undefined;
}

/** The faces of all cameras. */
export class HomeCameras {
  readonly #options: HomeCamerasOptions;
  readonly #faces = new Map<string, CameraFace>();
  /** Removed ones that are accessories of their own: they are published once in the life of the process. */
  readonly #resting = new Map<string, CameraFace>();
  readonly #pace = new AnswerPace();
  #isFullTold = false;

  constructor(options: HomeCamerasOptions) {
    this.#options = options;
  }

  get faces(): readonly CameraFace[] {
    return [...this.#faces.values()];
  }

  get(id: string): CameraFace | undefined {
    return this.#faces.get(id);
  }

  /** Shows a camera from before, whatever its recorder does just now. */
  expect(camera: KnownCamera): void {
    if (!this.#options.face(camera.id).isHidden) this.#faceOf(camera);
  }

  /** The recorder has this camera. */
  changed(camera: Camera, identity: string): void {
    const { known, face } = this.#options;
    if (face(camera.id).isHidden) return;
    const kept = known.keep({ id: camera.id, name: camera.name, identity, hasSound: camera.audio });
    this.#faceOf(kept)?.update();
  }

  /** The recorder has this camera no more. */
  removed(id: string): void {
    const { accessories, known, log, publishing } = this.#options;
    known.remove(id);
    const face = this.#faces.get(id);
    if (face === undefined) return;
    log.info(`${face.name}: removed from the recorder, so it leaves Home`);
    this.#faces.delete(id);
    accessories.hide(face.accessory);
    if (publishing === 'external') {
      face.rest();
      this.#resting.set(id, face);
    } else face.stop();
  }

  /** Everything that is known of cameras is old now. */
  update(): void {
    for (const face of this.#faces.values()) face.update();
  }

  stop(): void {
    for (const face of [...this.#faces.values(), ...this.#resting.values()]) face.stop();
  }

  /** @returns Nothing where the bridge takes no more. */
  #faceOf(camera: KnownCamera): CameraFace | undefined {
    const { accessories, api } = this.#options;
    const before = this.#faces.get(camera.id);
    if (before !== undefined) return before;
    const uuid = api.hap.uuid.generate(`homebridge-nightjar:${camera.identity}:${camera.id}`);
    if (!accessories.isRestored(uuid) && !accessories.hasRoom) return this.#full(camera.name);
    const isBack = this.#resting.has(camera.id);
    const face = this.#resting.get(camera.id) ?? this.#make(camera, uuid);
    this.#resting.delete(camera.id);
    try {
      accessories.show(face.accessory);
    } catch (error) {
      face.stop();
      throw error;
    }
    this.#faces.set(camera.id, face);
    if (isBack) face.wake();
    return face;
  }

  #full(name: string): undefined {
    if (this.#isFullTold) return;
    this.#isFullTold = true;
    this.#options.log.error(
      `HomeKit takes 149 accessories on one bridge, and it has them: ${name} and whatever comes after it are not in Home. Set "publish" to "external", or hide cameras.`,
    );
  }

  #make(known: KnownCamera, uuid: string): CameraFace {
    const { id, name, hasSound } = known;
    const { accessories, api, door, face, log, media, placeholder, sessions, version, camera } = this.#options;
    const settings = face(id);
    const accessory: PlatformAccessory = accessories.obtain(uuid, name);
    accessory.context['camera'] = known;
    const context: CameraContext = { id, recorder: door, settings, log, sessions, camera: () => camera(id) };
    return new CameraFace({
      hap: api.hap,
      accessory,
      context,
      snapshots: new SnapshotDesk({ cameraId: id, recorder: door, placeholder: (width) => placeholder.picture(width), pace: this.#pace }),
      hasSound: hasSound && settings.audio,
      version,
      onRenamed: () => accessories.keep(accessory),
      ...media(context),
    });
  }
}
