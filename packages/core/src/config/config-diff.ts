// What a changed configuration asks to be done again: from `x-restart` of every field that differs.
import { isDeepStrictEqual } from 'node:util';
import type { CameraSettings } from '../model/camera.ts';
import type { CameraId } from '../model/ids.ts';
import { Secret } from '../util/secret.ts';
import type { Config } from './config.ts';
import { type KeyPath, showPath } from './key-path.ts';
import { asNode, nodeAt, type Restart } from './schema/field.ts';
import { configSchema } from './schema/root.ts';

/** What to do to get from one configuration to the other. */
export interface ConfigDiff {
  readonly startCameras: readonly CameraSettings[];
  readonly stopCameras: readonly CameraId[];
  /** With their new settings. */
  readonly restartCameras: readonly CameraSettings[];
  /** Cameras whose new settings only need to be taken over. */
  readonly updateCameras: readonly CameraSettings[];
  /** Keys whose change takes effect only when the server starts again. */
  readonly restartServer: readonly string[];
  /** Keys outside `cameras` that only need to be taken over. */
  readonly update: readonly string[];
}

/** Compares two configurations. Secrets are compared by what they hide. */
export function diffConfigs(before: Config, after: Config): ConfigDiff {
  const old = new Map(before.cameras.map((camera) => [camera.id, camera]));
  const known = new Set(after.cameras.map((camera) => camera.id));
  const kept = after.cameras.flatMap((camera) => {
    const previous = old.get(camera.id);
    return previous === undefined ? [] : [{ camera, needs: cameraNeeds(previous, camera) }];
  });
  const { cameras: _before, file: _fileBefore, written: _writtenBefore, ...serverBefore } = before;
  const { cameras: _after, file: _fileAfter, written: _writtenAfter, ...serverAfter } = after;
  const changes = differences(serverBefore, serverAfter, []);
  return {
    startCameras: after.cameras.filter((camera) => !old.has(camera.id)),
    stopCameras: before.cameras.filter((camera) => !known.has(camera.id)).map((camera) => camera.id),
    restartCameras: kept.filter(({ needs }) => needs === 'camera' || needs === 'server').map(({ camera }) => camera),
    updateCameras: kept.filter(({ needs }) => needs === 'none' || needs === 'analysis').map(({ camera }) => camera),
    restartServer: changes.filter((path) => restartOf(path) !== 'none').map(showPath),
    update: changes.filter((path) => restartOf(path) === 'none').map(showPath),
  };
}

/** What must start anew for a camera to get other settings; `undefined`: they are the same. */
export function cameraNeeds(before: CameraSettings, after: CameraSettings): Restart | undefined {
  // To a camera that is not connected to, any other function is a connection.
  if ((before.function === 'none') !== (after.function === 'none')) return 'camera';
  return strongest(differences(before, after, ['cameras', 0]));
}

const root = asNode(configSchema);

/** What is in force by switches, and no setting. */
const SWITCHED: Partial<Record<keyof CameraSettings, Restart>> = {
  armed: 'none',
  watchesMotion: 'analysis',
  isRecordingOff: 'none',
  isPrivate: 'none',
  isSwitchedOff: 'none',
};

function restartOf(path: KeyPath): Restart {
  const [section, , key] = path;
  const switched = section === 'cameras' && path.length === 3 ? SWITCHED[key as keyof CameraSettings] : undefined;
  return switched ?? nodeAt(root, path)['x-restart'] ?? 'server';
}

function strongest(paths: readonly KeyPath[]): Restart | undefined {
  const found = new Set(paths.map(restartOf));
  return (['server', 'camera', 'analysis', 'none'] as const).find((restart) => found.has(restart));
}

/** Paths of what differs; lists of another length differ as a whole. */
function differences(before: unknown, after: unknown, path: KeyPath): readonly KeyPath[] {
  if (before instanceof Secret || after instanceof Secret) return hiddenText(before) === hiddenText(after) ? [] : [path];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((item, index) => differences(item, after[index], [...path, index]));
  if (isMapping(before) && isMapping(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  return isDeepStrictEqual(before, after) ? [] : [path];
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const hiddenText = (value: unknown): string | undefined => (value instanceof Secret ? value.reveal() : undefined);
