// What Home is told of a camera, from what the recorder says of it.
import type { Camera } from '@nightjar/client';

/** A camera's state in Home's words. */
export interface HomeState {
  /** Something moves, or a trigger says so. */
  readonly isMoving: boolean;
  /** There is nothing to see: what moved before counts no longer. */
  readonly isBlind: boolean;
  /** It should be seen, and is not. */
  readonly isFaulty: boolean;
  /** Motion is looked for, in pictures that come. */
  readonly isWatching: boolean;
  /** Switched off, but not in Home. */
  readonly isLetGo: boolean;
}

/** @param camera - Nothing: the recorder is away, or has not answered yet. */
export function homeState(camera: Camera | undefined): HomeState {
  if (camera === undefined) return { isMoving: false, isBlind: true, isFaulty: true, isWatching: false, isLetGo: false };
  const { controls, state } = camera;
  const isLetGo = controls.privacy || !controls.enabled || camera.function === 'none';
  const isOnline = state.status === 'online' && !isLetGo;
  return {
    isMoving: isOnline && (state.motion || state.forced === 'on'),
    isBlind: !isOnline,
    isFaulty: !isOnline && !isLetGo,
    isWatching: isOnline && controls.detection,
    isLetGo,
  };
}
