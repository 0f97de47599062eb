// Ids in discovery: they must not change while a thing is the same, and differ wherever things do.
import { createHash } from 'node:crypto';

/** Bases that are in ids as they are: no level, no `_`, and nothing that looks like the hash that others end in. */
const PLAIN_BASE = /^(?!.*-[0-9a-f]{8}$)[A-Za-z0-9-]{1,32}$/;
/** As much of another base stays readable. */
const READABLE_LENGTH = 23;
/** A unique id begins with no more: a message holds some twenty of them. */
const STEM_LENGTH = 48;

/** `base` in letters, digits and `-`; `home/cams`, `home_cams` and `home-cams` differ. */
export function baseId(base: string): string {
  if (PLAIN_BASE.test(base)) return base;
  const readable = base.replace(/[^A-Za-z0-9]+/g, '-').slice(0, READABLE_LENGTH);
  return `${readable}-${hashOf(base)}`;
}

/** What the unique ids of a thing begin with. */
export function uniqueStem(objectId: string): string {
  const isShort = objectId.length < STEM_LENGTH || (objectId.length === STEM_LENGTH && !/-[0-9a-f]{8}$/.test(objectId));
  return isShort ? objectId : `${objectId.slice(0, STEM_LENGTH - 9)}-${hashOf(objectId)}`;
}

/** A camera's id among all things of the base: never one that a recorder could have. */
export function cameraObjectId(base: string, cameraId: string): string {
  return `${baseId(base)}_${/^(server|camera)_/.test(cameraId) ? 'camera_' : ''}${cameraId}`;
}

/** A recorder's id among all things of the base; also its device's identifier. */
export function serverObjectId(base: string, serverId: string): string {
  return `${baseId(base)}_server_${serverId}`;
}

/** Identifier of a camera's device. It does not say which recorder it is on, so that a camera that moves stays the same device. */
export function cameraIdentifier(base: string, cameraId: string): string {
  return `${baseId(base)}_camera_${cameraId}`;
}

/** Where the message of a thing belongs. */
export function discoveryTopic(prefix: string, objectId: string): string {
  return `${prefix}/device/${objectId}/config`;
}

/** What Home Assistant calls an entity at first; where it is taken, a number is added there. */
export function defaultEntityId(platform: string, base: string, ...rest: readonly string[]): string {
  const words = [base.slice(0, READABLE_LENGTH), ...rest].join('_').toLowerCase();
  return `${platform}.${words.replace(/[^a-z0-9]+/g, '_').replace(/^_|_$/g, '')}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
