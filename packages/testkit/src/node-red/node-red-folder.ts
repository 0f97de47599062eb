// The folder of a Node-RED: its settings and the palette it finds.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Below which `http in` nodes listen. */
export const HTTP_NODES_ROOT = '/api';

/** Longer than any picture or text of a test: debug nodes cut what they show at a length. */
const DEBUG_MAX_LENGTH = 64_000_000;

/** What a test wants of a Node-RED: alone on loopback, silent towards the world, in English. */
const SETTINGS = {
  uiHost: '127.0.0.1',
  httpAdminRoot: '/',
  httpNodeRoot: HTTP_NODES_ROOT,
  flowFile: 'flows.json',
  credentialSecret: 'of a test',
  lang: 'en-US',
  debugMaxLength: DEBUG_MAX_LENGTH,
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, projects: { enabled: false } },
  externalModules: { autoInstall: false, palette: { allowInstall: false, allowUpload: false }, modules: { allowInstall: false } },
  diagnostics: { enabled: false, ui: false },
  logging: { console: { level: 'info', metrics: false, audit: false } },
  contextStorage: { default: { module: 'memory' } },
};

/**
 * Writes the settings and links the palette as npm would have installed it.
 *
 * @param palette - Folder of an unpacked package, with its dependencies beside it or in it.
 * @returns The path of the settings.
 */
export function writeNodeRedFolder(path: string, palette: string, port: number, settings: object): string {
  const { name } = JSON.parse(readFileSync(join(palette, 'package.json'), 'utf8')) as { readonly name: string };
  const place = join(path, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(palette, place);
  const file = join(path, 'settings.cjs');
  writeFileSync(file, `module.exports = ${JSON.stringify({ ...SETTINGS, uiPort: port, ...settings }, undefined, 2)};\n`);
  return file;
}
