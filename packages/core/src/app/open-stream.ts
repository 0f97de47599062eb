// How a stream of a camera is opened and kept open, with what its settings say.
import { type CaptureListener, CaptureSupervisor } from '../capture/capture-supervisor.ts';
import type { RingLimits } from '../capture/packet-ring.ts';
import type { CameraSettings } from '../model/camera.ts';
import type { Source } from '../model/source.ts';
import type { Logger } from '../ports/logger.ts';
import type { Environment } from './environment.ts';

/** Packets nobody waits for come several at a time: waking up costs more than reading them. */
const GATHER_MS = 400;
/** Beyond the pre-roll: what it takes until an alarm is noticed. */
const NOTICE_MS = 5000;
/** Kept whatever the pre-roll is: viewers and home hubs ask for 8 s of the past at most, and need a moment to ask. */
const LEAST_MS = 10_000;
const MIB = 1024 * 1024;

/** Which stream, and who hears of it. */
export interface StreamToOpen {
  readonly camera: CameraSettings;
  readonly source: Source;
  readonly env: Environment;
  readonly log: Logger;
  /** What comes is looked at as it comes, always. */
  readonly isWatchedClosely: boolean;
  readonly listener: CaptureListener;
}

/** Begins to keep a stream open. */
export function openStream({ camera, source, env, log, isWatchedClosely, listener }: StreamToOpen): CaptureSupervisor {
  const { audio, frameSkip, connectTimeoutSeconds, stallTimeoutSeconds } = camera;
  const request = {
    source,
    audio: audio && source === camera.source,
    frameSkip,
    pace: 'live' as const,
    connectTimeoutMs: connectTimeoutSeconds * 1000,
    ...(isWatchedClosely ? {} : { gatherMs: GATHER_MS }),
  };
  const stream = new CaptureSupervisor(
    { camera: env.cameras, request, stallTimeoutMs: stallTimeoutSeconds * 1000, clock: env.clock, log, random: env.random },
    listener,
  );
  stream.start();
  return stream;
}

/** How much of a stream is kept in memory. */
export const ringLimits = ({ preRollSeconds, preRollMaxMiB }: CameraSettings): RingLimits => ({
  keepMs: Math.max(LEAST_MS, preRollSeconds * 1000 + NOTICE_MS),
  maxBytes: preRollMaxMiB * MIB,
});
