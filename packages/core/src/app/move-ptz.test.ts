import type { PtzRequest } from '@nightjar/client';
import { movePtz } from './move-ptz.ts';

describe('moving a camera', () => {
  it.each<[PtzRequest, string, string]>([
    [{ action: 'home' }, 'CAMERA_CANNOT', 'camera porch cannot do "home": the recorder knows no way to move it'],
    [{ action: 'move', pan: 0.5 }, 'CAMERA_CANNOT', 'camera porch cannot do "move": the recorder knows no way to move it'],
    [{ action: 'move' }, 'INPUT_INVALID', 'move: at least one of pan, tilt and zoom is expected'],
    [{ action: 'preset' }, 'INPUT_INVALID', 'preset: the name or number of a position is expected'],
  ])('by %j is refused with %s', (request, code, message) => {
    expect(() => movePtz({ id: 'porch' }, request)).toThrow(expect.objectContaining({ code, message }));
  });
});
