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
}

/**
 * Reads it. Never throws: of a file that cannot be read nothing is known.
 *
 * @param configPath - `api.user.configPath()`.
 * @param name - `name` of the plugin's entry, to tell it from others of the same platform.
 */
export function readBridgeFacts(configPath: string, name?: string): BridgeFacts {
  try {
    return bridgeFactsOf(JSON.parse(readFileSync(configPath, 'utf8')), name);
  } catch {
    return { servesExternalsOnly: false, isChild: false };
  }
}

/** The same, of what the file holds. */
export function bridgeFactsOf(file: unknown, name?: string): BridgeFacts {
  const config = isMapping(file) ? file : {};
  const entries = (Array.isArray(config['platforms']) ? config['platforms'] : []).filter(isMapping).filter(isOurs);
  const entry = entries.find((each) => each['name'] === name) ?? entries[0];
  const child = entry?.['_bridge'];
  const bridge: Mapping = isMapping(child) ? child : isMapping(config['bridge']) ? config['bridge'] : {};
  const { hap, username } = bridge;
  return {
    servesExternalsOnly: isMapping(hap) && hap['externalsOnly'] === true,
    isChild: isMapping(child),
    ...(typeof username === 'string' ? { username: username.toUpperCase() } : {}),
  };
}

const isOurs = ({ platform }: Mapping): boolean => platform === 'Nightjar' || platform === 'homebridge-nightjar.Nightjar';
