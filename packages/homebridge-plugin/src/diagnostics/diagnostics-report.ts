// What the plugin knows of itself, for programs and for people.
import type { CameraStream } from '@nightjar/client';
import type { Publishing } from '../config/plugin-config.ts';
import type { SessionRecord } from '../session-book.ts';
import type { NetworkRoute } from './network-check.ts';

/** One camera. */
export interface CameraDiagnosis {
  readonly id: string;
  readonly name: string;
  readonly published: Publishing;
  /** Of an accessory of its own: what is scanned or typed to add it. */
  readonly setup?: { readonly code: string; readonly uri: string };
  readonly status: string;
  readonly problem?: string;
  readonly streams: readonly CameraStream[];
}

/** `GET /homekit`. */
export interface DiagnosticsReport {
  readonly version: string;
  readonly recorder: { readonly url?: string; readonly state: 'online' | 'away' | 'none'; readonly problem?: string };
  readonly cameras: readonly CameraDiagnosis[];
  /** Newest first. */
  readonly sessions: readonly SessionRecord[];
  /** `isSame: false`: live views of that viewer may never begin. */
  readonly network: readonly NetworkRoute[];
  /** What is open now in the whole process. */
  readonly resources: { readonly timers: number; readonly udpSockets: number; readonly tcpSockets: number; readonly rssMiB: number };
}
