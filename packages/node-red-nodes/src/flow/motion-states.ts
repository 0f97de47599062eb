// Which cameras move: what they say, what their recorder’s end means, and what of it is to be told.

/** Whether a camera’s recorder is there; absent while that is not known. */
export type RecorderState = 'online' | 'offline' | undefined;

/** Motion begins or is over at a camera. */
export interface MotionChange {
  readonly camera: string;
  readonly isOn: boolean;
  /** When that was heard; absent where it was so before anybody listened. */
  readonly since?: string;
  /** It is how things are, as the broker had kept it; they may have changed before. */
  readonly retained: boolean;
  /** The first that is known of the camera. */
  readonly isFirst: boolean;
  /** Why it is over, where the camera did not say so. */
  readonly reason?: string;
}

/** What is known of one camera. */
interface Known {
  /** What the camera says. */
  readonly says: boolean;
  readonly retained: boolean;
  /** What was told. */
  readonly told?: boolean;
  readonly since?: string;
}

/** To be left to the node that takes the place of this one. */
export type LeftMotion = ReadonlyMap<string, Known>;

/** Why motion is over, or a camera offline, that may be well itself. */
export const RECORDER_OFFLINE = 'recorder offline';

/** More are no cameras. */
const MOST_CAMERAS = 1024;

/** The cameras of one node. */
export class MotionStates {
  readonly #known: Map<string, Known>;
  readonly #recorderOf: (camera: string) => RecorderState;
  readonly #now: () => Date;

  constructor(recorderOf: (camera: string) => RecorderState, left: LeftMotion = new Map(), now: () => Date = () => new Date()) {
    this.#recorderOf = recorderOf;
    this.#known = new Map(left);
    this.#now = now;
  }

  get cameras(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** Cameras that were told to move. */
  get moving(): readonly string[] {
    return [...this.#known].filter(([, { told }]) => told === true).map(([camera]) => camera);
  }

  get left(): LeftMotion {
    return this.#known;
  }

  /** A camera says something. */
  heard(camera: string, says: boolean, retained: boolean): MotionChange | undefined {
    const known = this.#known.get(camera);
    if (known === undefined && this.#known.size >= MOST_CAMERAS) return undefined;
    this.#known.set(camera, { ...known, says, retained });
    return this.look(camera);
  }

  /** What is to be told of a camera now: its recorder may have come or gone. */
  look(camera: string): MotionChange | undefined {
    const known = this.#known.get(camera);
    if (known === undefined) return undefined;
    const { says, retained, told } = known;
    const recorder = says ? this.#recorderOf(camera) : 'online';
    // Kept by the broker from one that may be dead.
    if (recorder === undefined && retained && told !== true) return undefined;
    const isOn = says && recorder !== 'offline';
    if (isOn === told) return undefined;
    return this.#tell(camera, { ...known, told: isOn }, says && !isOn ? RECORDER_OFFLINE : undefined);
  }

  /** A camera is gone. */
  removed(camera: string): MotionChange | undefined {
    const known = this.#known.get(camera);
    this.#known.delete(camera);
    if (known?.told !== true) return undefined;
    return { camera, isOn: false, since: this.#now().toISOString(), retained: false, isFirst: false, reason: 'removed' };
  }

  /** Nobody wants to know of a camera any more. */
  forget(camera: string): void {
    this.#known.delete(camera);
  }

  #tell(camera: string, next: Known, reason: string | undefined): MotionChange {
    const isFirst = this.#known.get(camera)?.told === undefined;
    const since = isFirst && next.retained ? undefined : this.#now().toISOString();
    const { since: _before, ...rest } = next;
    this.#known.set(camera, { ...rest, ...(since === undefined ? {} : { since }) });
    return {
      camera,
      isOn: next.told === true,
      retained: next.retained && reason === undefined,
      isFirst,
      ...(since === undefined ? {} : { since }),
      ...(reason === undefined ? {} : { reason }),
    };
  }
}
