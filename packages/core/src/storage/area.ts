// Storage areas: whether the disk at a path is the one that belongs there, and how much room it has.
import { RecorderError } from '../errors/recorder-error.ts';
import type { PathScheme } from '../model/event.ts';
import type { AreaId } from '../model/ids.ts';
import type { AreaDisk, DiskSpace } from '../ports/area-disk.ts';
import type { AreaStore } from '../ports/event-store.ts';

/** Room that must stay free: a share of the disk, or bytes. */
export type FreeFloor = { readonly percent: number } | { readonly bytes: number };

/** An area as configured. */
export interface Area {
  readonly id: AreaId;
  /** Absolute path of its root. */
  readonly path: string;
  readonly scheme: PathScheme;
  readonly minFree: FreeFloor;
  /** Most bytes of events it may hold; `null`: as the disk allows. */
  readonly maxSize: number | null;
}

/** What is known of an area right now. */
export type AreaStatus =
  | { readonly area: Area; readonly usable: true; readonly identity: string; readonly space: DiskSpace }
  | { readonly area: Area; readonly usable: false; readonly problem: RecorderError };

/** What checking an area needs. */
export interface AreaPorts {
  readonly disk: AreaDisk;
  readonly store: AreaStore;
}

/** Bytes that must stay free on a disk. */
export const floorBytes = (floor: FreeFloor, totalBytes: number): number => ('bytes' in floor ? floor.bytes : (totalBytes * floor.percent) / 100);

const missing = (area: Area, why: string): RecorderError => new RecorderError('AREA_MISSING', `storage area ${area.id} (${area.path}): ${why}`);

/** What the database remembers: an identity, nothing, or no answer. */
const remembered = async ({ store }: AreaPorts, area: Area): Promise<string | 'away' | undefined> => {
  try {
    return await store.identity(area.id);
  } catch (error) {
    if (RecorderError.of(error, 'DATABASE_BUSY') || RecorderError.of(error, 'DATABASE_FAILED')) return 'away';
    throw error;
  }
};

/** Remembers an identity; a database that is away hears it at the next check. */
const remember = async ({ store }: AreaPorts, area: Area, identity: string): Promise<void> => {
  try {
    await store.remember(area.id, identity, area.path);
  } catch (error) {
    if (!RecorderError.of(error)?.code.startsWith('DATABASE_')) throw error;
  }
};

const proveIdentity = async (ports: AreaPorts, area: Area): Promise<string> => {
  const expected = await remembered(ports, area);
  const found = await ports.disk.readIdentity(area.path);
  if (found !== undefined) {
    if (expected === 'away' || expected === found) return found;
    if (expected !== undefined) throw missing(area, 'the disk there is another one');
    // A new database over an old disk.
    await remember(ports, area, found);
    return found;
  }
  if (expected === 'away') throw missing(area, 'it has no identity file, and the database cannot say whether it should have');
  if (expected !== undefined) throw missing(area, 'its identity file is missing');
  if (!(await ports.disk.isEmptyOrMissing(area.path))) throw missing(area, 'the directory is not empty and was never a storage area');
  const created = await ports.disk.createIdentity(area.path, area.id);
  await remember(ports, area, created);
  return created;
};

/**
 * Finds out whether an area may be written to. Makes its root and identity file the first time it is seen; never
 * writes anything to a disk that is not the expected one. Never rejects: the problem is in the answer.
 */
export const checkArea = async (ports: AreaPorts, area: Area): Promise<AreaStatus> => {
  try {
    const identity = await proveIdentity(ports, area);
    return { area, usable: true, identity, space: await ports.disk.space(area.path) };
  } catch (error) {
    return { area, usable: false, problem: RecorderError.wrap(error, 'DISK_FAILED', `checking storage area ${area.id}`) };
  }
};
