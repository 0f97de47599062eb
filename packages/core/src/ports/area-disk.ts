// What storage areas need to know of the disk below them. `root` is an area's absolute path.

/** Room on the file system below a path, in bytes; `freeBytes` is what an unprivileged program may use. */
export interface DiskSpace {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** A directory that holds files, as a walk found it. */
export interface FoundDirectory {
  /** Below the root, with `/`. */
  readonly directory: string;
  /** Plain files in it. */
  readonly files: readonly { readonly name: string; readonly sizeBytes: number }[];
}

/** Facts about an area's disk, and the identity file that tells disks apart. Everything rejects with `RecorderError` `DISK_FAILED` or `DISK_FULL`. */
export interface AreaDisk {
  /** Of a root that does not exist yet: of its nearest parent that does. */
  space(root: string): Promise<DiskSpace>;
  /** What the area's identity file says; `undefined` where there is none. */
  readIdentity(root: string): Promise<string | undefined>;
  /** Makes the root and its identity file, durably, and returns the new identity; of a root that has one already, that one. */
  createIdentity(root: string, areaId: string): Promise<string>;
  /** Whether the root is missing, or holds nothing but what a file system puts there itself. */
  isEmptyOrMissing(root: string): Promise<boolean>;
  /** Whether there is anything of this name below the root. */
  exists(root: string, directory: string): Promise<boolean>;
  /** Whether a plain file of this name is below the root, with no symbolic link on the way to it: what a walk would find. */
  holdsFile(root: string, path: string): Promise<boolean>;
  /** Every directory that holds files, the root's own and the recorder's notes (`.nightjar`) left out; symbolic links are not followed. */
  walk(root: string, signal?: AbortSignal): AsyncIterable<FoundDirectory>;
}
