// Where exported files lie: a folder for each export, with the video and its manifest.
import type { ExportId } from '../model/ids.ts';
import type { DiskSpace } from './area-disk.ts';

/** A file that is open. It stays readable while it is removed. */
export interface OpenedFile {
  readonly sizeBytes: number;
  /** Fills `into` from `offset`. @returns How many bytes there were. @throws RecorderError `DISK_FAILED`. */
  read(offset: number, into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** The folders of exports. Everything rejects with `RecorderError` `DISK_FULL` or `DISK_FAILED`. */
export interface ExportFiles {
  /** Ids of exports that have a folder. */
  list(): Promise<readonly ExportId[]>;
  /** Makes the folder of an export, empty. @returns Its absolute path. */
  prepare(id: ExportId): Promise<string>;
  /** @returns `undefined` where there is no such file. */
  open(id: ExportId, name: string): Promise<OpenedFile | undefined>;
  /** Removes the folder of an export and what the recorder put into it; nothing else, ever. Repeating it is fine. */
  remove(id: ExportId): Promise<void>;
  /** Room on the disk they lie on. */
  space(): Promise<DiskSpace>;
  /** Whether a directory lies on that disk too. */
  sharesDisk(path: string): Promise<boolean>;
}
