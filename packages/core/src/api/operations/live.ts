// Live video: one response that never ends, and the same over a WebSocket for players that feed themselves.
import { liveFile } from '../../streams/live-file.ts';
import { liveMessages } from '../../streams/live-messages.ts';
import { liveInput, wishOf } from '../live-input.ts';
import { operation } from '../operation.ts';

const shared = {
  tag: 'live',
  method: 'GET',
  input: liveInput,
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
  handle: (input, { recorder, signal }) => {
    const wanted = wishOf(input);
    return liveFile((options) => recorder.live(input.id, { ...wanted, ...options }), signal);
  },
});

/** `GET /cameras/{id}/live` as WebSocket. */
export const watchLive = operation({
  ...shared,
  id: 'watchLive',
  summary:
    'Live video over a WebSocket: a text `{type:"init", mimeType, codecs, width, height, hasAudio}`, without size where there is sound alone, then as bytes ' +
    'an init segment and one fragment a frame. ' +
    'Further texts: `{type:"skipped", frames}` before the key frame after frames this reader was too slow for, `{type:"waiting", status, problem?}` while ' +
    'nothing comes, at once where the camera is away and again every 15 to 30 s, and `init` again when codec or picture size changed.',
  path: '/cameras/{id}/live',
  output: { kind: 'socket' },
  errors: ['CAMERA_NOT_FOUND', 'CAMERA_CANNOT'],
  handle: (input, { recorder, signal }) => {
    const wanted = wishOf(input);
    return liveMessages((options) => recorder.live(input.id, { ...wanted, ...options }), signal);
  },
});
