// A camera as clients see it: no source, no secret.
import type { Camera } from '@nightjar/client';
import type { CameraSettings, CameraState } from '../model/camera.ts';
import { isoTime } from '../model/time.ts';

/** The contract's camera object. */
export function cameraView(camera: CameraSettings, state: CameraState): Camera {
  const { since, ...rest } = state;
  return {
    id: camera.id,
    name: camera.name,
    function: camera.function,
    audio: camera.audio,
    zones: camera.zones.map(({ id }) => id),
    state: { ...rest, since: isoTime(since) },
  };
}
