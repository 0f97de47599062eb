// Directories of events below an area's root: made durably, marked as ZoneMinder's tools expect, removed without ever
// reaching outside.
import { constants } from 'node:fs';
import { access, lstat, mkdir, readdir, realpath, rm, rmdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { EventRecord } from '../../model/event.ts';
import { errnoOf, unless } from './disk-errors.ts';
import { DIRECTORY_MODE, FILE_MODE, syncDirectory } from './file-io.ts';

const DEEP_SEGMENTS = 7;
const MIN_SEGMENTS = 2;
/** Removing another event may take away a parent that was just made. */
const MKDIR_ATTEMPTS = 5;
const VIDEO_NAME = /^(\d+)-video\.mp4$/;

/** Name of an event's video file. */
export const videoName = (eventId: number): string => `${eventId}-video.mp4`;

const refuse = (directory: string, why: string): RecorderError => new RecorderError('DISK_FAILED', `the event directory ${JSON.stringify(directory)} ${why}`);

/** The parts of a directory below a root. @throws RecorderError `DISK_FAILED` for one that could lead out of it. */
const segmentsOf = (directory: string): readonly string[] => {
  const segments = directory.split('/');
  const bad = segments.some((segment) => segment === '' || segment === '.' || segment === '..' || segment.includes('\0') || segment.includes('\\'));
  if (bad) throw refuse(directory, 'is not a plain relative path');
  if (segments.length < MIN_SEGMENTS) throw refuse(directory, 'is not the directory of an event');
  return segments;
};

/**
 * The absolute path of an event's directory, which exists.
 *
 * @returns `undefined` where it does not exist.
 * @throws RecorderError `DISK_FAILED` where it is not below `root`, also when a symbolic link leads it elsewhere.
 */
export const findEventDirectory = async (root: string, directory: string): Promise<string | undefined> => {
  const segments = segmentsOf(directory);
  const realRoot = await realpath(root);
  const expected = join(realRoot, ...segments);
  const real = await unless(['ENOENT', 'ENOTDIR'], realpath(expected));
  if (real === undefined) return undefined;
  if (real !== expected) throw refuse(directory, 'leads elsewhere by a symbolic link');
  return real;
};

const makeDurably = async (realRoot: string, path: string): Promise<void> => {
  const first = await mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
  if (first === undefined) return;
  for (let parent = dirname(path); parent.length >= dirname(first).length; parent = dirname(parent)) {
    await syncDirectory(parent);
    if (parent === realRoot) break;
  }
};

/** ZoneMinder's marker: a symbolic link beside the day's hours (Deep), or an empty file inside (Shallow). */
const writeMarker = async (path: string, event: EventRecord): Promise<void> => {
  if (event.scheme === 'deep') {
    const day = dirname(dirname(dirname(path)));
    await unless(['EEXIST'], symlink(relative(day, path), join(day, `.${event.id}`)));
    await syncDirectory(day);
  } else if (event.scheme === 'shallow') {
    await writeFile(join(path, `.${event.id}`), '', { mode: FILE_MODE });
  }
};

/**
 * Makes an event's directory with its marker. The root itself is never made.
 *
 * @returns The absolute path.
 * @throws RecorderError `DISK_FAILED` where it would not be below `root`; errors of the operating system as they are.
 */
export const makeEventDirectory = async (root: string, event: EventRecord): Promise<string> => {
  const segments = segmentsOf(event.directory);
  const realRoot = await realpath(root);
  const path = join(realRoot, ...segments);
  for (let attempt = 1; ; attempt++) {
    try {
      await makeDurably(realRoot, path);
      if ((await realpath(path)) !== path) throw refuse(event.directory, 'leads elsewhere by a symbolic link');
      await writeMarker(path, event);
      return path;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Node says ENOENT of a read-only disk too.
      await access(realRoot, constants.W_OK);
      if (attempt === MKDIR_ATTEMPTS) throw error;
    }
  }
};

/** Two events of one second share a Deep directory; then only the files of one may go. */
const removeFiles = async (path: string, eventId: number): Promise<void> => {
  const names = await readdir(path);
  const shared = names.some((name) => {
    const owner = VIDEO_NAME.exec(name)?.[1];
    return owner !== undefined && owner !== String(eventId);
  });
  if (!shared) {
    await rm(path, { recursive: true, force: true });
    return;
  }
  for (const name of names) {
    if (name.startsWith(`${eventId}-`) || name === `.${eventId}`) await rm(join(path, name), { force: true });
  }
};

const removeDeepMarker = async (realRoot: string, segments: readonly string[], eventId: number): Promise<void> => {
  const day = join(realRoot, ...segments.slice(0, -3));
  if ((await unless(['ENOENT', 'ENOTDIR'], realpath(day))) !== day) return;
  const marker = join(day, `.${eventId}`);
  const found = await unless(['ENOENT'], lstat(marker));
  if (found?.isSymbolicLink()) await unless(['ENOENT'], unlink(marker));
};

const removeEmptyParents = async (realRoot: string, path: string): Promise<void> => {
  for (let parent = dirname(path); parent.length > realRoot.length; parent = dirname(parent)) {
    // A link among the parents is not ours to follow.
    const real = await unless(['ENOENT', 'ENOTDIR'], realpath(parent));
    if (real === undefined) continue;
    if (real !== parent) return;
    try {
      await rmdir(parent);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') continue;
      if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST' || errnoOf(error) === 'EBUSY') return;
      throw error;
    }
  }
};

/**
 * Removes an event's directory, its marker, and the parents this leaves empty. Repeating it is fine.
 *
 * @throws RecorderError `DISK_FAILED` where the directory is not below `root`; errors of the operating system as they are.
 */
export const removeEventDirectory = async (root: string, directory: string, eventId: number): Promise<void> => {
  const segments = segmentsOf(directory);
  const realRoot = await realpath(root);
  const path = await findEventDirectory(root, directory);
  if (path !== undefined) {
    if (!(await lstat(path)).isDirectory()) throw refuse(directory, 'is not a directory');
    await removeFiles(path, eventId);
  }
  if (segments.length === DEEP_SEGMENTS) await removeDeepMarker(realRoot, segments, eventId);
  await removeEmptyParents(realRoot, join(realRoot, ...segments));
};
