// What is written beside footage that leaves the recorder: what it shows, and hashes that name what was changed later.
import { createHash } from 'node:crypto';
import type { EventCause } from '../model/event.ts';

/** First word of every manifest. */
const FORMAT = 'nightjar-evidence';
const VERSION = 1;

/** From one key picture up to the next: the pictures, and the sound that goes with them. */
export interface ManifestFragment {
  /** When its first picture was captured, ISO 8601. */
  readonly at: string;
  /** Where it begins in the file. */
  readonly seconds: number;
  readonly frames: number;
  /** Of its pictures in the order they are decoded, then of its sound. */
  readonly sha256: string;
  /** Of the link before, `at` and `sha256`, with spaces between: nothing can be taken out or put in without all that follows. */
  readonly link: string;
}

/** An event that is in the file. */
export interface ManifestEvent {
  readonly id: number;
  readonly name: string;
  readonly causes: readonly EventCause[];
  readonly start: string;
  /** As far as it was known; of an event that was being recorded, not its end. */
  readonly end: string;
  readonly isOpen: boolean;
  /** The video it was taken from. */
  readonly source: string;
  /** What of it is in the file. */
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  readonly fragments: number;
  /** Of the hashes of its fragments, one a line. */
  readonly sha256: string;
}

/** A file and its hash. */
export interface ManifestFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** The manifest. Times are ISO 8601 UTC with milliseconds. */
export interface EvidenceManifest {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly writtenBy: { readonly nightjar: string; readonly recorder: string };
  readonly writtenAt: string;
  readonly camera: { readonly id: string; readonly name: string };
  readonly from: string;
  readonly to: string;
  readonly file: ManifestFile & {
    /** Where pictures and sound begin; the index is before. */
    readonly mediaOffset: number;
    /** Of everything from there on. */
    readonly mediaSha256: string;
  };
  readonly video: { readonly codec: string; readonly width: number; readonly height: number; readonly frames: number; readonly durationSeconds: number };
  readonly sound: { readonly codec: string; readonly sampleRate: number; readonly channels: number } | null;
  readonly events: readonly ManifestEvent[];
  /** Within the span, of what should have been recorded. */
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly reason: string; readonly lostFrames: number }[];
  /** Pictures of the event beside the video. */
  readonly attachments: readonly ManifestFile[];
  readonly fragments: readonly ManifestFragment[];
}

/** A manifest as it was read. */
export interface SealedManifest extends EvidenceManifest {
  /** Of everything else in it, as JSON in its order and without spaces. */
  readonly sha256: string;
}

/** A manifest of what is given, in this version of the format. */
export const newManifest = (facts: Omit<EvidenceManifest, 'format' | 'version'>): EvidenceManifest => ({ format: FORMAT, version: VERSION, ...facts });

/** As text with its own hash: one line a fragment, so that people can read it and compare two. */
export const writeManifest = (manifest: EvidenceManifest): string => {
  const { fragments, ...facts } = manifest;
  const head = JSON.stringify(facts, undefined, 2).replace(/\n\}$/, '');
  const lines = fragments.map((fragment) => `    ${JSON.stringify(fragment)}`).join(',\n');
  return `${head},\n  "fragments": [\n${lines}\n  ],\n  "sha256": "${sealOf({ ...facts, fragments })}"\n}\n`;
};

/** Whether a manifest says what it said when it was written. Who edits it can make the hash anew as well: it proves no more than care. */
export const isSealIntact = ({ sha256, ...rest }: SealedManifest): boolean => sealOf(rest) === sha256;

const sealOf = (manifest: EvidenceManifest): string => createHash('sha256').update(JSON.stringify(manifest)).digest('hex');

/** Reads a manifest. @returns What is wrong with it, in one sentence, where it is none. */
export const readManifest = (text: string): SealedManifest | string => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== FORMAT) return `it does not say "format": "${FORMAT}"`;
  const manifest = value as SealedManifest;
  if (manifest.version !== VERSION) return `it is of version ${String(manifest.version)}, which this Nightjar does not know`;
  const { file, fragments, events, attachments, camera } = manifest;
  const isWhole =
    typeof manifest.sha256 === 'string' &&
    isFile(file) &&
    typeof file.mediaOffset === 'number' &&
    typeof file.mediaSha256 === 'string' &&
    typeof camera?.id === 'string' &&
    isListOf(fragments, (each) => isText(each, 'at', 'sha256', 'link') && typeof each['seconds'] === 'number') &&
    isListOf(events, (each) => typeof each['id'] === 'number' && typeof each['fragments'] === 'number' && isText(each, 'sha256')) &&
    isListOf(attachments, (each) => isFile(each as unknown as ManifestFile) && !/[/\\]/.test(String(each['name'])));
  return isWhole ? manifest : 'parts of it are missing';
};

const isText = (value: Readonly<Record<string, unknown>>, ...keys: readonly string[]): boolean => keys.every((key) => typeof value[key] === 'string');
const isFile = (file: ManifestFile | undefined): boolean =>
  typeof file === 'object' && typeof file.name === 'string' && typeof file.sizeBytes === 'number' && typeof file.sha256 === 'string';
const isListOf = (value: unknown, isOne: (each: Readonly<Record<string, unknown>>) => boolean): boolean =>
  Array.isArray(value) && value.every((each: unknown) => typeof each === 'object' && each !== null && isOne(each as Readonly<Record<string, unknown>>));
