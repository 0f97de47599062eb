// `nightjar.yaml` of our own recorder, made of the plugin's configuration; and what is left of that where the recorder refuses a part.
import type { EmbeddedCamera, PluginConfig } from '../config/plugin-config.ts';

/** What the configuration does not say. */
export interface YamlFacts {
  readonly serverId: string;
  readonly port: number;
}

/** Of the recorder's own check, `nightjar check-config --json`. */
export interface RefusedPart {
  /** `cameras[0].zones[1].polygon`. */
  readonly path: string;
  readonly message: string;
}

/** What can be used, and why the rest cannot. */
export interface UsableCameras {
  readonly cameras: readonly EmbeddedCamera[];
  /** One sentence for each part that was left out. */
  readonly problems: readonly string[];
  /** Ids of cameras that were left out as a whole. */
  readonly leftOut: readonly string[];
}

const DEFAULT_SENSITIVITY = 50;
/** A home hub gets 4 s from before a motion, beginning with a key frame, which may be some seconds older. */
const PRE_ROLL_SECONDS = 8;
/** Homebridge must go on where the disk is its own. */
const MIN_FREE = '10%';

/** The configuration as a value; JSON of it is YAML. Paths begin at the folder of the file. */
export function recorderYaml(config: PluginConfig, cameras: readonly EmbeddedCamera[], { serverId, port }: YamlFacts): Readonly<Record<string, unknown>> {
  const { recordings, mqtt } = config;
  return {
    server: { id: serverId, name: config.name },
    http: { host: '127.0.0.1', port },
    database: { url: 'sqlite:data/nightjar.db' },
    storage: { areas: [{ id: 'default', path: recordings.path, minFree: MIN_FREE, maxSize: `${recordings.maxGiB}GiB` }] },
    retention: { days: recordings.days },
    triggers: { socket: null },
    ...(mqtt === undefined ? {} : { mqtt }),
    cameras: cameras.map(cameraYaml),
  };
}

function cameraYaml({ id, name, source, subSource, record, sensitivity, audio, settings }: EmbeddedCamera): Readonly<Record<string, unknown>> {
  // Decoding every frame of a large picture is too much for a small machine; of a small stream it is not.
  const detect = subSource === undefined ? { mode: 'keyframes' } : { source: subSource, mode: 'continuous' };
  const given = settings['detect'];
  return {
    id,
    name,
    source,
    // What is never to be kept is watched all the same: Home wants to know of motion. Keeping is switched off while the recorder runs.
    function: record === 'always' ? 'mocord' : 'modect',
    preRollSeconds: PRE_ROLL_SECONDS,
    audio,
    ...(sensitivity === DEFAULT_SENSITIVITY ? {} : { zones: [{ id: 'all', kind: 'active', sensitivity }] }),
    ...settings,
    detect: typeof given === 'object' && given !== null ? { ...detect, ...given } : detect,
  };
}

/** Leaves out what the recorder refused: a key of `settings` alone where it stands there, else the camera. */
export function usableCameras(cameras: readonly EmbeddedCamera[], refused: readonly RefusedPart[]): UsableCameras {
  const problems: string[] = [];
  const gone = new Set<number>();
  const withoutKey = new Map<number, Set<string>>();
  for (const { path, message } of refused) {
    const [, number, key = '', rest = ''] = /^cameras\[(\d+)\](?:\.(\w+))?(.*)$/.exec(path) ?? [];
    const index = Number(number);
    const camera = number === undefined ? undefined : cameras[index];
    if (camera === undefined) continue;
    const isSetting = Object.hasOwn(camera.settings, key);
    problems.push(`${isSetting ? `"${key}${rest}" of "settings" of camera "${camera.name}"` : `camera "${camera.name}"`} is left out: ${message}`);
    if (isSetting) withoutKey.set(index, (withoutKey.get(index) ?? new Set()).add(key));
    else gone.add(index);
  }
  return {
    cameras: cameras.flatMap((camera, index) => {
      if (gone.has(index)) return [];
      const keys = withoutKey.get(index);
      return [keys === undefined ? camera : { ...camera, settings: Object.fromEntries(Object.entries(camera.settings).filter(([key]) => !keys.has(key))) }];
    }),
    problems,
    leftOut: [...gone].flatMap((index) => cameras[index]?.id ?? []),
  };
}

/** Cameras of which nothing is to be kept. */
export const neverKept = ({ recordings }: PluginConfig, cameras: readonly EmbeddedCamera[]): readonly string[] =>
  cameras.filter(({ record }) => !recordings.isEnabled || record === 'never').map(({ id }) => id);
