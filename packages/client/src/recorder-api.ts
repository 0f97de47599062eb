// The hinge: everything adapters may ask of a recorder, in process or over the network.
import type { Change } from './change.ts';
import type { Camera, Health, RecorderEvent, ServerInfo, ServerStats } from './event.ts';

/** What to list; newest first. */
export interface EventFilter {
  readonly camera?: string;
  /** ISO 8601. */
  readonly from?: string;
  readonly to?: string;
  /** Default 100, at most 1000. */
  readonly limit?: number;
}

/** A recorder. Every method takes an `AbortSignal` where it may take long. */
export interface RecorderApi {
  server(): Promise<ServerInfo>;
  stats(): Promise<ServerStats>;
  health(): Promise<Health>;
  cameras(): Promise<readonly Camera[]>;
  /** @throws an error whose `code` is `CAMERA_NOT_FOUND`. */
  camera(id: string): Promise<Camera>;
  events(filter?: EventFilter): Promise<readonly RecorderEvent[]>;
  /** @throws an error whose `code` is `EVENT_NOT_FOUND`. */
  event(id: number): Promise<RecorderEvent>;
  /** The event's best picture as JPEG, at most `width` pixels wide. @throws an error whose `code` is `EVENT_NOT_FOUND`. */
  eventSnapshot(id: number, options?: { readonly width?: number; readonly maxBytes?: number }): Promise<Uint8Array>;
  /**
   * Changes from now on, or from after `since` where that is still remembered. A reader that is too slow
   * misses the oldest ones, which shows as a jump in `seq`. Ends when `signal` aborts.
   */
  changes(options?: { readonly since?: number; readonly signal?: AbortSignal }): AsyncIterable<Change>;
}
