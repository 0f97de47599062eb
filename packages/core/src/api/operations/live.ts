// Live video: one response that never ends, and the same over a WebSocket for players that feed themselves.
import * as Type from 'typebox';
import { liveFile } from '../../streams/live-file.ts';
import { liveMessages } from '../../streams/live-messages.ts';
import { operation } from '../operation.ts';
import { cameraId } from '../schemas.ts';

/** The pre-roll is at most as long as this, too. */
const LONGEST_PRE_ROLL_SECONDS = 300;

const input = Type.Object(
  {
    id: cameraId,
    preRollSeconds: Type.Number({
      default: 0,
      minimum: 0,
      maximum: LONGEST_PRE_ROLL_SECONDS,
      description: 'Seconds to begin further back than the newest key frame, as far as the camera’s pre-roll in memory reaches.',
    }),
    audio: Type.Boolean({ default: true, description: 'Whether sound comes with it, where the camera has sound.' }),
  },
  { additionalProperties: false },
);

const shared = {
  tag: 'live',
  method: 'GET',
  input,
  requires: { area: 'stream', access: 'view' },
  about: 'camera',
  takesMediaToken: true,
} as const;

/** `GET /cameras/{id}/live.mp4`. */
export const getLiveMp4 = operation({
  ...shared,
  id: 'getLiveMp4',
  summary: 'Live video as MP4 without end, a fragment for each frame, from the newest key frame on. It ends when codec or picture size change: ask again.',
  path: '/cameras/{id}/live.mp4',
  output: { kind: 'video' },
  errors: ['CAMERA_NOT_FOUND', 'CAMERA_CANNOT', 'CAMERA_OFFLINE'],
  handle: ({ id, ...wanted }, { recorder, signal }) => liveFile((options) => recorder.live(id, { ...wanted, ...options }), signal),
});

/** `GET /cameras/{id}/live` as WebSocket. */
export const watchLive = operation({
  ...shared,
  id: 'watchLive',
  summary:
    'Live video over a WebSocket: a text `{type:"init", mimeType, codecs, width, height, hasAudio}`, then as bytes an init segment and one fragment a frame. ' +
    'Further texts: `{type:"skipped", frames}` before the key frame after frames this reader was too slow for, `{type:"waiting", status, problem?}` while ' +
    'nothing comes, at once where the camera is away and again every 15 to 30 s, and `init` again when codec or picture size changed.',
  path: '/cameras/{id}/live',
  output: { kind: 'socket' },
  errors: ['CAMERA_NOT_FOUND', 'CAMERA_CANNOT'],
  handle: ({ id, ...wanted }, { recorder, signal }) => liveMessages((options) => recorder.live(id, { ...wanted, ...options }), signal),
});
