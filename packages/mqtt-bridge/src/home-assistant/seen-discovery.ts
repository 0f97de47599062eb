// Reads discovery messages that stand on the broker: which of them a recorder of ours wrote, and about what.
import { type Platforms, platformsOf } from './component-removal.ts';
import { cameraIdentifier, serverObjectId } from './discovery-ids.ts';
import { ORIGIN_NAME } from './discovery-message.ts';

/** Longer messages are not ours. */
const MAX_BYTES = 65_536;

/** A message that a recorder wrote. */
export interface SeenDiscovery {
  readonly base: string;
  readonly serverId: string;
  /** Absent: it is about the recorder. */
  readonly cameraId?: string;
  readonly platforms: Platforms;
}

/** What `payload` says; nothing where it is no discovery message of a recorder, or one whose parts do not belong together. */
export function readDiscovery(payload: string): SeenDiscovery | undefined {
  if (payload.length > MAX_BYTES || !payload.includes(`"${ORIGIN_NAME}"`)) return undefined;
  const root = objectIn(parsed(payload));
  const device = objectIn(root['device']);
  if (objectIn(root['origin'])['name'] !== ORIGIN_NAME) return undefined;
  const [state = '', availability = ''] = listIn(root['availability']).map((entry) => String(objectIn(entry)['topic']));
  const [, base, serverId] = /^(.+)\/server\/([^/]+)\/state$/.exec(state) ?? [];
  if (base === undefined || serverId === undefined) return undefined;
  const cameraId = availability.startsWith(`${base}/camera/`) ? availability.split('/').at(-2) : undefined;
  const own = cameraId === undefined ? serverObjectId(base, serverId) : cameraIdentifier(base, cameraId);
  const isWhole = listIn(device['identifiers'])[0] === own && (cameraId === undefined || device['via_device'] === serverObjectId(base, serverId));
  if (!isWhole) return undefined;
  return { base, serverId, ...(cameraId === undefined ? {} : { cameraId }), platforms: platformsOf(objectIn(root['components'])) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
