// Cameras and settings that the database knows: those that were added or changed while the recorder ran, and a note of those in the file.
import type { CameraId } from '../model/ids.ts';

/** A camera as it is kept. */
export interface StoredCamera {
  readonly id: CameraId;
  /** In the words of `cameras[]` of the file. Whoever reads them checks them: an older or newer version may have written them. */
  readonly settings: unknown;
  /** Stands in the file as well, which alone decides; kept without passwords, so that others can see what there is. */
  readonly provisioned: boolean;
}

/** Cameras by id. Every method rejects with `RecorderError` `DATABASE_BUSY` or `DATABASE_FAILED`. */
export interface CameraStore {
  /** All of them, in the order they came. */
  list(): Promise<readonly StoredCamera[]>;
  /** Adds the camera or replaces what is kept of it. What was written survives a power cut. */
  put(camera: StoredCamera): Promise<void>;
  delete(id: CameraId): Promise<void>;
}

/** Settings beside the cameras by dotted name. Every method rejects with `RecorderError` `DATABASE_BUSY` or `DATABASE_FAILED`. */
export interface SettingStore {
  all(): Promise<ReadonlyMap<string, unknown>>;
  /** What was written survives a power cut. */
  put(name: string, value: unknown): Promise<void>;
  delete(name: string): Promise<void>;
}
