// Opens a camera's stream and hands its packets over.
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { Source } from '../model/source.ts';

/** What to open. */
export interface SourceRequest {
  readonly source: Source;
  readonly audio: boolean;
  /** Frames left out between two kept ones; only for sources that are encoded here. */
  readonly frameSkip: number;
  /** Files: at the speed they were recorded, again and again (live), or once, as fast as possible (analysis). */
  readonly pace: 'live' | 'fast';
  readonly connectTimeoutMs: number;
  /** Packets may be gathered for so long, so that several come in one go, which costs less than one at a time; absent: they are not. */
  readonly gatherMs?: number;
}

/** Receives one run. Calls come in order, `onInfo` first and once; none after the run has ended. */
export interface RunSink {
  onInfo(info: StreamInfo): void;
  onPacket(packet: Packet): void;
}

/** One connection. It ends once and never retries. */
export interface SourceRun {
  /**
   * Resolves when the stream ended by itself or the signal aborted; rejects with `RecorderError`
   * (`CAPTURE_CONNECT_FAILED`, `CAPTURE_CONNECT_TIMEOUT`, `CAPTURE_LOST`, `CAPTURE_STREAM_CHANGED`).
   */
  readonly done: Promise<void>;
  /** Asks the source to hold back (`pace: 'fast'` only; a live source ignores it). */
  pause(): void;
  resume(): void;
  /** Whether packets may be gathered for `gatherMs` from now on; they may at first. The connection stays, and nothing is lost. */
  setGathering(isAllowed: boolean): void;
}

/** A way to reach cameras. */
export interface CameraSource {
  /** Starts a run; everything it holds is released within 2 s after `signal` aborts. */
  open(request: SourceRequest, sink: RunSink, signal: AbortSignal): SourceRun;
}
