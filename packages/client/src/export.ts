// Exports: footage as a file that is made once and fetched when it is ready.

/** What to make a file of: events of one camera, or what it has in a span of time. */
export interface ExportRequest {
  readonly events?: readonly number[];
  /** Instead of events: with `from` and `to`, ISO 8601. */
  readonly camera?: string;
  /** From the key frame at or before this moment. */
  readonly from?: string;
  /** To the frame before this moment. */
  readonly to?: string;
  /** For people; default: camera and time. */
  readonly name?: string;
}

/** An export. Times are ISO 8601 UTC with milliseconds. */
export interface Export {
  readonly id: number;
  readonly name: string;
  readonly cameraId: string;
  readonly cameraName: string;
  /** `queued` → `running` → `done`, `failed` or, told once before it is deleted, `cancelled`. */
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  /** While it runs. */
  readonly step?: 'planning' | 'writing' | 'hashing';
  /** 0…1 */
  readonly progress: number;
  /** What was asked for; once done, what is in the file. */
  readonly from: string;
  readonly to: string;
  /** Ids by start. */
  readonly events: readonly number[];
  readonly createdAt: string;
  /** Name of the account or token. */
  readonly createdBy: string;
  readonly finishedAt?: string;
  /** When it is removed; sooner, if newer ones need its room. */
  readonly expiresAt?: string;
  /** From here on: once it is done. */
  readonly sizeBytes?: number;
  /** Of the file, hexadecimal. */
  readonly sha256?: string;
  readonly durationSeconds?: number;
  readonly frames?: number;
  /** Within it, of what should have been recorded; the manifest lists them. */
  readonly gaps?: number;
  readonly urls?: { readonly video: string; readonly manifest: string };
  /** Once it has failed. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Which exports to list; newest first. */
export interface ExportFilter {
  readonly camera?: string;
  /** Only of these. */
  readonly cameras?: readonly string[];
  /** Default 100, at most 1000. */
  readonly limit?: number;
}

/** Exports, newest first. */
export interface ExportList {
  readonly exports: readonly Export[];
}
