// Cameras and settings in memory, with a switch that makes every call fail.
import type { CameraStore, SettingStore, StoredCamera } from '@nightjar/core';

/** `CameraStore` in memory. Set `failure` to make calls reject with it. */
export class MemoryCameraStore implements CameraStore {
  readonly rows = new Map<string, StoredCamera>();
  failure: Error | undefined;

  async list(): Promise<readonly StoredCamera[]> {
    if (this.failure) throw this.failure;
    return structuredClone([...this.rows.values()]);
  }

  async put(camera: StoredCamera): Promise<void> {
    if (this.failure) throw this.failure;
    this.rows.set(camera.id, structuredClone(camera));
  }

  async delete(id: string): Promise<void> {
    if (this.failure) throw this.failure;
    this.rows.delete(id);
  }
}

/** `SettingStore` in memory. Set `failure` to make calls reject with it. */
export class MemorySettingStore implements SettingStore {
  readonly values = new Map<string, unknown>();
  failure: Error | undefined;

  async all(): Promise<ReadonlyMap<string, unknown>> {
    if (this.failure) throw this.failure;
    return new Map(structuredClone([...this.values]));
  }

  async put(name: string, value: unknown): Promise<void> {
    if (this.failure) throw this.failure;
    this.values.set(name, structuredClone(value));
  }

  async delete(name: string): Promise<void> {
    if (this.failure) throw this.failure;
    this.values.delete(name);
  }
}
