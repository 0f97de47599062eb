// States of cameras on their topics, and their end when a camera goes.
import type { Camera, ServerInfo } from '@nightjar/client';
import { availabilityPayload, cameraInfoPayload, motionPayload, recordingPayload } from './payloads.ts';
import { PROPERTIES, propertyOf } from './properties.ts';
import type { StateBoard } from './state-board.ts';
import { retainedCameraTopics } from './topics.ts';

/** Says how cameras are. */
export class CameraTopics {
  readonly #board: StateBoard;
  readonly #base: string;

  constructor(board: StateBoard, base: string) {
    this.#board = board;
    this.#base = base;
  }

  /** Everything but whether it is there, which is to come last. */
  states(camera: Camera, server: ServerInfo): void {
    const { id } = camera;
    this.#board.say('cameraInfo', id, JSON.stringify(cameraInfoPayload(camera, server)));
    this.motion(camera);
    this.#board.say('cameraRecording', id, recordingPayload(camera));
    for (const [name, { state }] of Object.entries(PROPERTIES)) this.#board.say('cameraPropertyState', id, state(camera.controls), name);
  }

  motion(camera: Camera): void {
    this.#board.say('cameraMotion', camera.id, motionPayload(camera));
  }

  availability(camera: Camera): void {
    this.#board.say('cameraAvailability', camera.id, availabilityPayload(camera));
  }

  /** What is set, although it may not have changed; of a name that is no property: everything. */
  repeatProperties({ id, controls }: Camera, only = ''): void {
    const known = propertyOf(only);
    const wanted = known === undefined ? Object.entries(PROPERTIES) : [[only, known] as const];
    for (const [name, { state }] of wanted) this.#board.repeat('cameraPropertyState', id, state(controls), name);
  }

  /** Empties everything that is retained of a camera. */
  empty(id: string): void {
    for (const topic of retainedCameraTopics(this.#base, id)) this.#board.empty(topic);
  }
}
