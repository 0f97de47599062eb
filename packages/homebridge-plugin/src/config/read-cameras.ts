// Reads `cameras`: those that can be used, each with an id that stays.
import type { FaceSettings } from '../settings.ts';
import { CAMERA_FIELDS } from './camera-fields.ts';
import { cameraIds, type KnownCamera } from './camera-ids-policy.ts';
import { faceFrom } from './face-fields.ts';
import { isMapping, type Mapping, type Read, readFields, withoutAbsent } from './fields.ts';
import type { EmbeddedCamera } from './plugin-config.ts';

const DEFAULT_SENSITIVITY = 50;
/** Those that our own recorder keeps for itself. */
const OWN_KEYS = ['id', 'name', 'source'];

/** What came of `cameras`. */
export interface ReadCameras {
  readonly cameras: readonly EmbeddedCamera[];
  /** What is said of each in Home, by id. */
  readonly faces: ReadonlyMap<string, Partial<FaceSettings>>;
  readonly isComplete: boolean;
}

/** Reads the list. Entries without a source that can be used are left out, each with a sentence. */
export function readCameras(entries: readonly unknown[], known: readonly KnownCamera[], problems: string[]): ReadCameras {
  const usable: (Read<typeof CAMERA_FIELDS> & { readonly source: string })[] = [];
  let isComplete = true;
  for (const [index, entry] of entries.entries()) {
    const where = nameOf(entry, index);
    if (!isMapping(entry)) {
      problems.push(`${where} is left out: expected a mapping with name and source`);
      isComplete = false;
      continue;
    }
    const read = readFields(CAMERA_FIELDS, entry, where, problems);
    const { source } = read;
    // A wrong id is no reason to make another one: it would be another camera in Home.
    const isIdWrong = read.id === undefined && isGiven(entry, 'id');
    if (source !== undefined && !isIdWrong) usable.push({ ...read, source });
    else {
      problems.push(`${where} is left out: ${isIdWrong ? 'its id cannot be used' : `it has no "source" that can be used`}`);
      isComplete = false;
    }
  }
  const cameras: EmbeddedCamera[] = [];
  const faces = new Map<string, Partial<FaceSettings>>();
  const ids = cameraIds(usable, known);
  for (const [index, read] of usable.entries()) {
    const id = ids[index] ?? '';
    if (faces.has(id)) {
      problems.push(`a second camera with the id "${id}" is left out: expected an id of its own`);
      isComplete = false;
      continue;
    }
    faces.set(id, faceFrom(faceKeys(read)));
    cameras.push(cameraFrom(id, read, problems));
  }
  return { cameras, faces, isComplete };
}

function cameraFrom(id: string, read: Read<typeof CAMERA_FIELDS> & { readonly source: string }, problems: string[]): EmbeddedCamera {
  const name = read.name ?? id;
  const settings = { ...read.settings };
  for (const key of OWN_KEYS.filter((each) => Object.hasOwn(settings, each))) {
    delete settings[key];
    problems.push(`"${key}" of "settings" of camera "${name}" is left out: expected it beside "settings"`);
  }
  return {
    id,
    name,
    source: read.source,
    ...withoutAbsent({ subSource: read.subSource }),
    record: read.record ?? 'motion',
    sensitivity: read.sensitivity ?? DEFAULT_SENSITIVITY,
    audio: read.audio ?? true,
    settings,
  };
}

const faceKeys = ({ id, name, source, subSource, record, sensitivity, settings, ...face }: Read<typeof CAMERA_FIELDS>) => face;

const isGiven = (entry: Mapping, key: string): boolean => entry[key] !== undefined && entry[key] !== null && entry[key] !== '';

/** `camera "Porch"`, as sentences name it. */
function nameOf(entry: unknown, index: number): string {
  const name = isMapping(entry) ? (entry['name'] ?? entry['id']) : undefined;
  return typeof name === 'string' && name.trim() !== '' ? `camera ${JSON.stringify(name.trim().slice(0, 64))}` : `camera ${index + 1}`;
}
