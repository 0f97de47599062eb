// Motors of cameras. The recorder drives none yet, and says so instead of pretending.
import type { Camera, PtzRequest } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';

/** @throws RecorderError `INPUT_INVALID`, else `CAMERA_CANNOT`: no source of today has a motor that the recorder knows how to drive. */
export function movePtz({ id }: Pick<Camera, 'id'>, { action, pan, tilt, zoom, preset }: PtzRequest): never {
  if (action === 'preset' && preset === undefined) throw new RecorderError('INPUT_INVALID', 'preset: the name or number of a position is expected');
  if (action === 'move' && pan === undefined && tilt === undefined && zoom === undefined)
    throw new RecorderError('INPUT_INVALID', 'move: at least one of pan, tilt and zoom is expected');
  throw new RecorderError('CAMERA_CANNOT', `camera ${id} cannot do ${JSON.stringify(action)}: the recorder knows no way to move it`);
}
