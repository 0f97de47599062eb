// Exports in memory: their rows, and their folders.
import type { DiskSpace, ExportFiles, ExportRecord, ExportStore, OpenedFile } from '@nightjar/core';
import { openBytes } from './memory-bytes.ts';

/** `ExportStore` in memory. Set `failure` to make calls reject with it. */
export class MemoryExportStore implements ExportStore {
  readonly rows = new Map<number, ExportRecord>();
  failure: Error | undefined;
  #nextId = 1;

  async add(facts: Omit<ExportRecord, 'id'>): Promise<ExportRecord> {
    if (this.failure) throw this.failure;
    const record = { id: this.#nextId++, ...structuredClone(facts) };
    this.rows.set(record.id, record);
    return record;
  }

  async update(record: ExportRecord): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.rows.has(record.id)) this.rows.set(record.id, structuredClone(record));
  }

  async list(): Promise<readonly ExportRecord[]> {
    if (this.failure) throw this.failure;
    return structuredClone([...this.rows.values()]);
  }

  async delete(id: number): Promise<void> {
    if (this.failure) throw this.failure;
    this.rows.delete(id);
  }
}

/** `ExportFiles` in memory: put files into `folders`. Set `failure` to make calls reject with it. */
export class MemoryExportFiles implements ExportFiles {
  /** By id: the bytes of each file by its name. */
  readonly folders = new Map<number, Map<string, Uint8Array>>();
  failure: Error | undefined;
  /** Of the disk, which storage areas are on too where `isAreaDisk` says so. */
  disk: DiskSpace = { totalBytes: 1e12, freeBytes: 1e12 };
  isAreaDisk = false;
  /** Files that nobody has closed yet. */
  opened = 0;

  async list(): Promise<readonly number[]> {
    if (this.failure) throw this.failure;
    return [...this.folders.keys()];
  }

  async prepare(id: number): Promise<string> {
    if (this.failure) throw this.failure;
    this.folders.set(id, new Map());
    return `/exports/export-${id}`;
  }

  async open(id: number, name: string): Promise<OpenedFile | undefined> {
    if (this.failure) throw this.failure;
    const bytes = this.folders.get(id)?.get(name);
    if (bytes === undefined) return undefined;
    return openBytes(bytes, this);
  }

  async remove(id: number): Promise<void> {
    if (this.failure) throw this.failure;
    this.folders.delete(id);
  }

  async space(): Promise<DiskSpace> {
    if (this.failure) throw this.failure;
    return this.disk;
  }

  async sharesDisk(): Promise<boolean> {
    return this.isAreaDisk;
  }
}
