// Pictures of cameras: the newest one, and one after the other.
import * as Type from 'typebox';
import { operation } from '../operation.ts';
import { cameraId } from '../schemas.ts';

const SMALLEST = 16;
const LARGEST = 8192;

const width = Type.Integer({
  minimum: SMALLEST,
  maximum: LARGEST,
  description: 'Widest the picture may be, in pixels. Its shape stays, and it is never enlarged.',
});
const height = Type.Integer({ minimum: SMALLEST, maximum: LARGEST, description: 'Highest the picture may be, in pixels.' });

/** `GET /cameras/{id}/snapshot.jpg`. */
export const getSnapshot = operation({
  id: 'getSnapshot',
  tag: 'live',
  summary:
    'The newest picture of a camera. With the header `X-Nightjar-Stale: true` it does not show what is now: it is drawn and says since when the ' +
    'camera is offline, or newer frames, of more than 30 s, can not be decoded.',
  method: 'GET',
  path: '/cameras/{id}/snapshot.jpg',
  input: Type.Object({ id: cameraId, width: Type.Optional(width), height: Type.Optional(height) }, { additionalProperties: false }),
  output: { kind: 'picture' },
  requires: { area: 'stream', access: 'view' },
  about: 'camera',
  takesMediaToken: true,
  errors: ['CAMERA_NOT_FOUND', 'CAMERA_OFFLINE', 'PICTURE_FAILED'],
  handle: ({ id, ...size }, { recorder, signal }) => recorder.snapshot(id, { ...size, signal }),
});

/** `GET /cameras/{id}/live.mjpeg`. */
export const getLiveMjpeg = operation({
  id: 'getLiveMjpeg',
  tag: 'live',
  summary: 'Pictures of a camera as they come, for `<img>`. Who reads slowly gets fewer of them, and always the newest.',
  method: 'GET',
  path: '/cameras/{id}/live.mjpeg',
  input: Type.Object(
    {
      id: cameraId,
      maxFps: Type.Number({
        minimum: 0.1,
        maximum: 30,
        default: 5,
        description: 'Pictures a second, at most. Few enough of them are made of key frames only, which costs little.',
      }),
      width: Type.Optional(width),
    },
    { additionalProperties: false },
  ),
  output: { kind: 'pictures' },
  requires: { area: 'stream', access: 'view' },
  about: 'camera',
  takesMediaToken: true,
  errors: ['CAMERA_NOT_FOUND', 'PICTURES_BUSY'],
  handle: ({ id, ...options }, { recorder, signal }) => recorder.pictures(id, { ...options, signal }),
});
