// Which id a camera gets that was given none. What Home knows of a camera hangs on its id, so a made one stays when the name or the address changes.
import { createHash } from 'node:crypto';

/** A camera as an earlier start saw it. */
export interface KnownCamera {
  readonly id: string;
  readonly name: string;
  /** Of its source, which may hold a password. */
  readonly sourceHash: string;
}

/** A camera that may need an id. */
export interface Nameless {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly source: string;
}

const LONGEST_ID = 48;

/** Tells sources apart without keeping them. */
export const sourceHash = (source: string): string => createHash('sha256').update(source).digest('hex').slice(0, 16);

/** `Front door` becomes `front-door`; a name without Latin letters becomes a number that is always the same. */
export function idFromName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const id = plain.slice(0, LONGEST_ID).replace(/-+$/, '');
  return id === '' ? `camera-${createHash('sha256').update(name).digest('hex').slice(0, 8)}` : id;
}

/**
 * An id for each camera, in their order: its own; else that of the known camera with its source and name, its source, or its name; else one made of
 * its name. No two are alike, unless people wrote the same one twice.
 */
export function cameraIds(cameras: readonly Nameless[], known: readonly KnownCamera[]): readonly string[] {
  const ids = cameras.map(({ id }) => id);
  const isFree = (id: string): boolean => !ids.includes(id);
  const hashes = cameras.map(({ source }) => sourceHash(source));
  const rules: readonly ((index: number, candidate: KnownCamera) => boolean)[] = [
    (index, candidate) => candidate.sourceHash === hashes[index] && candidate.name === cameras[index]?.name,
    (index, candidate) => candidate.sourceHash === hashes[index],
    (index, candidate) => candidate.name === cameras[index]?.name,
  ];
  for (const rule of rules) for (const index of cameras.keys()) ids[index] ??= known.find((candidate) => isFree(candidate.id) && rule(index, candidate))?.id;
  for (const [index, { name = `Camera ${index + 1}` }] of cameras.entries()) ids[index] ??= freeId(idFromName(name), isFree);
  return ids.map((id) => id ?? '');
}

function freeId(wanted: string, isFree: (id: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const tail = number === 1 ? '' : `-${number}`;
    const id = `${wanted.slice(0, LONGEST_ID - tail.length)}${tail}`;
    if (isFree(id)) return id;
  }
}

/** What is to be remembered after a start; cameras that are gone stay known, so that one that comes back is the same. */
export function rememberedCameras(cameras: readonly { readonly id: string; readonly name: string; readonly source: string }[], known: readonly KnownCamera[]) {
  const now = cameras.map(({ id, name, source }): KnownCamera => ({ id, name, sourceHash: sourceHash(source) }));
  return [...now, ...known.filter(({ id }) => !now.some((each) => each.id === id))].slice(0, MOST_KNOWN);
}

const MOST_KNOWN = 500;
