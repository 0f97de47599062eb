// Settings of one camera that does not stand in the file → CameraSettings, or everything that is wrong with them.
import { resolve } from 'node:path';
import type { ErrorDetail } from '../errors/detailed-error.ts';
import type { CameraSettings } from '../model/camera.ts';
import type { AreaId } from '../model/ids.ts';
import { MASK } from '../model/masked-source.ts';
import type { ConfigWorld } from '../ports/config-world.ts';
import { buildCamera, freeze } from './build-config.ts';
import { checkCameras } from './check-cameras.ts';
import { type ConfigProblem, ProblemList } from './config-problem.ts';
import type { CameraTree } from './merge-camera.ts';
import { isHidden, validateConfig } from './validate-config.ts';

/** What a camera's settings may refer to. */
export interface CameraSurroundings {
  readonly world: ConfigWorld;
  /** Where relative paths start: the folder of the configuration file. */
  readonly folder: string;
  readonly areas: readonly AreaId[];
}

/** Either the camera, or at least one problem. */
export type LoadedCamera = { readonly camera: CameraSettings } | { readonly problems: readonly ErrorDetail[] };

/** Checks a camera as the file's cameras are checked, except that texts are taken as they are: `${NAME}` is looked up for the file only. */
export function loadCamera(given: CameraTree, { world, folder, areas }: CameraSurroundings): LoadedCamera {
  const problems = new ProblemList('', () => undefined);
  const camera = structuredClone(given) as Record<string, unknown>;
  refuseTexts(camera, ['cameras', 0], problems);
  const tree = { cameras: [camera], storage: { areas: areas.map((id) => ({ id, path: id })) } };
  const filled = validateConfig(tree, NOTHING, problems);
  const absolute = (path: string): string => resolve(folder, path);
  checkCameras({ tree, problems, world, absolute, hidden: (path) => isHidden(path, NOTHING) });
  const found = problems.sorted();
  const [settings] = filled?.cameras ?? [];
  if (settings === undefined || found.length > 0) return { problems: found.map(detailOf) };
  return { camera: freeze(buildCamera(settings, absolute)) };
}

const NOTHING: ReadonlySet<string> = new Set();

/** Of a problem in `cameras[0]`, what is told of the camera. */
function detailOf({ path, message, nearest }: ConfigProblem): ErrorDetail {
  return { path: path.replace(/^cameras(\[0\])?\.?/, ''), message: nearest === undefined ? message : `${message}; did you mean "${nearest}"?` };
}

function refuseTexts(value: unknown, path: readonly (string | number)[], problems: ProblemList): void {
  if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, child] of Object.entries(value)) refuseTexts(child, [...path, isList ? Number(key) : key], problems);
  }
  if (typeof value !== 'string') return;
  if (value.includes('${'))
    problems.add(path, {
      message: 'a reference such as ${NAME} is looked up in the configuration file only; write the value itself (in a URL, "%24%7B" for the characters "${")',
    });
  else if (path.at(-1) === 'source' && value.includes(MASK))
    problems.add(path, { message: `"${MASK}" stands for a password that is not known for this address; write the password itself` });
}
