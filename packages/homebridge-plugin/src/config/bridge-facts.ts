// What Homebridge's own configuration says of the bridge the plugin runs in. Homebridge hands it to no plugin, so its file is read.
import { readFileSync } from 'node:fs';
import { isMapping, type Mapping } from './fields.ts';

/** The bridge the plugin's cameras belong to. */
export interface BridgeFacts {
  /** Whether it serves accessories of their own only (`hap.externalsOnly`). */
  readonly servesExternalsOnly: boolean;
  /** Whether it is a child bridge. */
  readonly isChild: boolean;
  /** Its HomeKit id, as `AA:BB:CC:DD:EE:FF`. Absent: it could not be read. */
  readonly username?: string;
  /** There is another entry for the same recorder: accessories of their own would be there twice, under one HomeKit id. */
  readonly sharesRecorder?: true;
}

/**
 * Reads it. Never throws: of a file that cannot be read nothing is known.
 *
 * @param configPath - `api.user.configPath()`.
 * @param own - The plugin's entry as Homebridge hands it over, to tell it from others of the same platform.
 */
export function readBridgeFacts(configPath: string, own: Mapping = {}): BridgeFacts {
  try {
    return bridgeFactsOf(JSON.parse(readFileSync(configPath, 'utf8')), own);
  } catch {
    return { servesExternalsOnly: false, isChild: false };
  }
}

/** The same, of what the file holds. */
export function bridgeFactsOf(file: unknown, own: Mapping = {}): BridgeFacts {
  const config = isMapping(file) ? file : {};
  const entries = (Array.isArray(config['platforms']) ? config['platforms'] : []).filter(isMapping).filter(isOurs);
  // Of a child bridge's entry Homebridge hands over all but `_bridge`; names are often the same, or missing.
  const entry = entries.find((each) => contentOf(each) === contentOf(own)) ?? entries.find((each) => each['name'] === own['name']) ?? entries[0];
  const child = entry?.['_bridge'];
  const bridge: Mapping = isMapping(child) ? child : isMapping(config['bridge']) ? config['bridge'] : {};
  const { hap, username } = bridge;
  return {
    servesExternalsOnly: isMapping(hap) && hap['externalsOnly'] === true,
    isChild: isMapping(child),
    ...(typeof username === 'string' ? { username: username.toUpperCase() } : {}),
    ...(entries.some((each) => each !== entry && recorderOf(each) !== undefined && recorderOf(each) === recorderOf(entry)) ? { sharesRecorder: true } : {}),
  };
}

const isOurs = ({ platform }: Mapping): boolean => platform === 'Nightjar' || platform === 'homebridge-nightjar.Nightjar';

const contentOf = ({ _bridge, ...rest }: Mapping): string => JSON.stringify(rest);
const recorderOf = (entry: Mapping | undefined): unknown => (isMapping(entry?.['recorder']) ? entry['recorder']['url'] : undefined);
