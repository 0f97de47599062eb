// Which cameras there were: Home must find them again although the recorder is away just now, and under the identity they had.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KnownCamera as KnownSource } from './config/camera-ids-policy.ts';

/** A camera that was in Home before. */
export interface KnownCamera {
  readonly id: string;
  readonly name: string;
  /**
   * Goes into its accessory's UUID, so it never changes: the id of the recorder that had it first. Recorders are named after their machine, and a
   * machine that gets another name is no reason for Home to forget rooms, automations and recordings.
   */
  readonly identity: string;
  readonly hasSound: boolean;
}

/** Only Homebridge's user may look: of a source a hash is kept, and a weak password can be guessed from that. */
const MODES = { file: 0o600, folder: 0o700 };

/** Keeps them in one file. */
export class KnownCameras {
  readonly #file: string;
  readonly #warn: (problem: string) => void;
  readonly #cameras = new Map<string, KnownCamera>();
  #sources: readonly KnownSource[] = [];
  /** Told once of a disk that is full, not for each camera. */
  #isWriteFailing = false;

  /** @param warn - Told what is wrong with the file, in one sentence. */
  constructor(file: string, warn: (problem: string) => void) {
    this.#file = file;
    this.#warn = warn;
    const { cameras, sources } = this.#read();
    for (const camera of cameras.filter(isKnownCamera)) this.#cameras.set(camera.id, camera);
    this.#sources = sources.filter(isKnownSource);
  }

  /** Which camera of our own recorder had which source, so that one keeps its id that was given none. */
  get sources(): readonly KnownSource[] {
    return this.#sources;
  }

  keepSources(sources: readonly KnownSource[]): void {
    if (JSON.stringify(sources) === JSON.stringify(this.#sources)) return;
    this.#sources = sources;
    this.#write();
  }

  all(): readonly KnownCamera[] {
    return [...this.#cameras.values()];
  }

  get(id: string): KnownCamera | undefined {
    return this.#cameras.get(id);
  }

  /** @returns What is kept of it: the identity it has already, where it has one. */
  keep(camera: KnownCamera): KnownCamera {
    const before = this.#cameras.get(camera.id);
    const kept = { ...camera, identity: before?.identity ?? camera.identity };
    if (before?.name === kept.name && before.hasSound === kept.hasSound) return before;
    this.#cameras.set(kept.id, kept);
    this.#write();
    return kept;
  }

  remove(id: string): void {
    if (this.#cameras.delete(id)) this.#write();
  }

  #read(): { readonly cameras: readonly unknown[]; readonly sources: readonly unknown[] } {
    try {
      const kept: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      const { cameras, sources = [] } = (kept ?? {}) as { readonly cameras?: unknown; readonly sources?: unknown };
      if (Array.isArray(cameras) && Array.isArray(sources)) return { cameras, sources };
      this.#warn(`${this.#file} holds no list of cameras; it is made anew.`);
    } catch (error) {
      if (!isMissing(error)) this.#warn(`${this.#file} could not be read and is made anew: ${String(error)}`);
    }
    return { cameras: [], sources: [] };
  }

  #write(): void {
    const next = `${this.#file}.new`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: MODES.folder });
      // What is left of another start may have other rights.
      rmSync(next, { force: true });
      // On the disk before it takes the old one's place: a power cut in between would leave neither.
      writeFileSync(next, `${JSON.stringify({ cameras: this.all(), sources: this.#sources }, null, 2)}\n`, { mode: MODES.file, flush: true });
      renameSync(next, this.#file);
      this.#isWriteFailing = false;
    } catch (error) {
      if (this.#isWriteFailing) return;
      this.#isWriteFailing = true;
      this.#warn(`${this.#file} could not be written; cameras that are new may be new in Home again after a restart: ${String(error)}`);
    }
  }
}

const isMissing = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

const hasTexts = (value: unknown, ...keys: readonly string[]): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && keys.every((key) => typeof (value as Readonly<Record<string, unknown>>)[key] === 'string');

/** Whether something that was stored is what we stored. */
export const isKnownCamera = (value: unknown): value is KnownCamera => hasTexts(value, 'id', 'name', 'identity') && typeof value['hasSound'] === 'boolean';

const isKnownSource = (value: unknown): value is KnownSource => hasTexts(value, 'id', 'name', 'sourceHash');
