// The folder of a Homebridge: its configuration and the plugins it finds.
import { randomBytes } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { freePort } from '../processes/free-port.ts';

export const BRIDGE_NAME = 'Test Bridge';
export const CHILD_BRIDGE_NAME = 'Test Child';

/** How the plugin's accessories come to Home. */
export interface BridgeChoice {
  /** Whether the plugin runs in Homebridge's own process or in a child of it. Default `main`. */
  readonly bridge?: 'main' | 'child';
  /** No bridge of the plugin is published, only the accessories that it publishes by themselves. Default false. */
  readonly externalsOnly?: boolean;
}

/** Where a bridge will be. */
export interface BridgePlace {
  readonly port: number;
  /** As `031-45-154`. */
  readonly setupCode: string;
}

/** What a folder holds after it was made. */
export interface HomebridgeFolder {
  readonly main: BridgePlace;
  readonly child?: BridgePlace;
  readonly pluginsPath: string;
}

/**
 * Writes the configuration and links the plugin.
 *
 * @param plugin - The folder of a built plugin; its name, or `name`, begins with `homebridge-`.
 * @param platform - The platform's configuration, without what tells how it is bridged.
 */
export async function writeHomebridgeFolder(
  path: string,
  plugin: { readonly folder: string; readonly name?: string },
  platform: Readonly<Record<string, unknown>>,
  { bridge = 'main', externalsOnly = false }: BridgeChoice,
): Promise<HomebridgeFolder> {
  const main = await newPlace();
  const child = bridge === 'child' ? await newPlace() : undefined;
  const hap = externalsOnly ? { hap: { enabled: false, externalsOnly: true } } : {};
  const childBridge = child === undefined ? {} : { _bridge: { ...bridgeConfig(CHILD_BRIDGE_NAME, child), ...hap } };
  const config = {
    bridge: { ...bridgeConfig(BRIDGE_NAME, main), ...(child === undefined ? hap : {}) },
    platforms: [{ ...platform, ...childBridge }],
  };
  const pluginsPath = join(path, 'plugins');
  mkdirSync(pluginsPath, { recursive: true });
  symlinkSync(plugin.folder, join(pluginsPath, plugin.name ?? basename(plugin.folder)));
  writeFileSync(join(path, 'config.json'), JSON.stringify(config, undefined, 2));
  return { main, ...(child === undefined ? {} : { child }), pluginsPath };
}

const bridgeConfig = (name: string, { port, setupCode }: BridgePlace) => ({ name, port, pin: setupCode, username: newUsername(), bind: ['lo'] });

async function newPlace(): Promise<BridgePlace> {
  const digits = String((randomBytes(4).readUInt32BE() % 90_000_000) + 10_000_000);
  return { port: await freePort(), setupCode: `${digits.slice(0, 3)}-${digits.slice(3, 5)}-${digits.slice(5)}` };
}

/** Looks like a hardware address; the second digit says that it was chosen locally. */
function newUsername(): string {
  const bytes = [...randomBytes(6)];
  bytes[0] = ((bytes[0] ?? 0) & 0xfc) | 2;
  return bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}
