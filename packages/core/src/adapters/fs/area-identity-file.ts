// The file by which a storage area is known, so that nothing is ever written to a disk that is not the one expected
// (an empty mount point, the wrong stick).
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { AreaId } from '../../model/ids.ts';
import { writeFileAtomically } from './atomic-write.ts';
import { diskError, unless } from './disk-errors.ts';

/** Name of the file in an area's root. */
export const AREA_IDENTITY_FILE = '.nightjar-area.json';

/** What the file says. */
export interface AreaIdentity {
  /** A UUID, made with the file. */
  readonly id: string;
  readonly area: AreaId;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

const isIdentity = (value: unknown): value is AreaIdentity => {
  if (typeof value !== 'object' || value === null) return false;
  const { id, area, createdAt } = value as Partial<Record<keyof AreaIdentity, unknown>>;
  return typeof id === 'string' && typeof area === 'string' && typeof createdAt === 'string';
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Reads an area's identity.
 *
 * @returns `undefined` where there is none, also where `root` does not exist.
 * @throws RecorderError `AREA_MISSING` for a file that is not an identity, `DISK_FAILED`.
 */
export const readAreaIdentity = async (root: string): Promise<AreaIdentity | undefined> => {
  const path = join(root, AREA_IDENTITY_FILE);
  let text: string | undefined;
  try {
    text = await unless(['ENOENT', 'ENOTDIR'], readFile(path, 'utf8'));
  } catch (error) {
    throw diskError(error, `cannot read ${path}`);
  }
  if (text === undefined) return undefined;
  const identity = parse(text);
  if (!isIdentity(identity)) throw new RecorderError('AREA_MISSING', `${path} is not an area's identity`);
  return { id: identity.id, area: identity.area, createdAt: identity.createdAt };
};

/**
 * Makes an existing directory an area.
 *
 * @throws RecorderError `AREA_MISSING` where it is one already, `DISK_FULL`, `DISK_FAILED`.
 */
export const createAreaIdentity = async (root: string, areaId: AreaId): Promise<AreaIdentity> => {
  const present = await readAreaIdentity(root);
  if (present !== undefined) throw new RecorderError('AREA_MISSING', `${root} belongs to area ${present.area} already`);
  const identity: AreaIdentity = { id: randomUUID(), area: areaId, createdAt: new Date().toISOString() };
  await writeFileAtomically(join(root, AREA_IDENTITY_FILE), new TextEncoder().encode(`${JSON.stringify(identity, undefined, 2)}\n`));
  return identity;
};
