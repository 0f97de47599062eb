// The folder of our own recorder within Homebridge's: its configuration, its token, and what we have to remember about it.
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMapping } from '../config/fields.ts';

/** What is remembered from one start to the next. */
export interface RecorderState {
  /** Who the recorder is to Home; another id would be other cameras. */
  readonly serverId?: string;
  /** TCP port on loopback. */
  readonly port?: number;
  /** Cameras whose recordings we switched off, so that what people switch themselves stays. */
  readonly switchedOff: readonly string[];
}

/** Only Homebridge's user may look into it: sources have passwords. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const STATE_FILE = 'homebridge-state.json';
const folderIn = (storagePath: string): string => join(storagePath, 'nightjar');

/** The folder. Files in it are replaced whole or not at all. */
export class RecorderHome {
  readonly folder: string;

  constructor(storagePath: string) {
    this.folder = folderIn(storagePath);
  }

  /** `--config` of every command. */
  get configFile(): string {
    return join(this.folder, 'nightjar.yaml');
  }

  /** Whose recorder it is, in the words of `instance-lock` of the recorder. */
  get lockFile(): string {
    return join(this.folder, 'data', 'nightjar.db.lock');
  }

  /** Which Homebridge runs the recorder. */
  get ownerFile(): string {
    return join(this.folder, 'homebridge-owner.json');
  }

  get #tokenFile(): string {
    return join(this.folder, 'homebridge.token');
  }

  /** Makes the folder. @throws Error of `node:fs`. */
  async make(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: FOLDER_MODE });
    await chmod(this.folder, FOLDER_MODE);
  }

  /** Nothing is remembered where the file is missing or broken. */
  async readState(): Promise<RecorderState> {
    return stateFrom(await readFile(join(this.folder, STATE_FILE), 'utf8').catch(() => ''));
  }

  writeState(state: RecorderState): Promise<void> {
    return this.write(join(this.folder, STATE_FILE), `${JSON.stringify(state, undefined, 2)}\n`);
  }

  /** `undefined`: there is none yet. */
  async readToken(): Promise<string | undefined> {
    const text = (await readFile(this.#tokenFile, 'utf8').catch(() => '')).trim();
    return text === '' ? undefined : text;
  }

  writeToken(token: string): Promise<void> {
    return this.write(this.#tokenFile, `${token}\n`);
  }

  /** Replaces a file of the folder. @throws Error of `node:fs`. */
  async write(path: string, text: string): Promise<void> {
    const part = `${path}.part`;
    // What a killed start left behind may have other rights.
    await rm(part, { force: true });
    const handle = await open(part, 'wx', FILE_MODE);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
  }
}

function stateFrom(text: string): RecorderState {
  const read = parse(text);
  const { serverId, port } = read;
  const switchedOff = Array.isArray(read['switchedOff']) ? read['switchedOff'].filter((each) => typeof each === 'string') : [];
  return {
    ...(typeof serverId === 'string' && /^[a-z0-9][a-z0-9_-]{0,47}$/.test(serverId) ? { serverId } : {}),
    ...(Number.isInteger(port) ? { port: port as number } : {}),
    switchedOff,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : {};
  } catch {
    return {};
  }
}
