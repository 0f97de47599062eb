// Playback: videos of events, any span of a camera as one file, and what there is.
import type { ReadOptions } from '@nightjar/client';
import * as Type from 'typebox';
import { type Operation, type OperationContext, operation } from '../operation.ts';
import { cameraId, eventId, moment, timelineSchema } from '../schemas.ts';

/** Under which name ranges of one file are asked for: those of one viewer at one address belong together. */
const readerOf = ({ principal, peer }: OperationContext): string => `${principal?.name ?? ''}@${peer.address}`;

const readOptions = (context: OperationContext): ReadOptions => ({
  reader: readerOf(context),
  isContinued: context.isContinued,
  ...(context.etag === undefined ? {} : { etag: context.etag }),
});

const span = {
  from: moment('Where it begins: with the key frame at or before this moment.'),
  to: moment('Where it ends: with the frame before this moment.'),
};

/** `GET /events/{id}/video.mp4`. */
export const getEventVideo = operation({
  id: 'getEventVideo',
  tag: 'playback',
  summary: 'The video of an event, with byte ranges; of one that is being recorded, what is there so far.',
  method: 'GET',
  path: '/events/{id}/video.mp4',
  input: Type.Object({ id: eventId }, { additionalProperties: false }),
  output: { kind: 'file' },
  requires: { area: 'events', access: 'view' },
  about: 'event',
  takesMediaToken: true,
  errors: ['EVENT_NOT_FOUND', 'NOT_READY', 'NOTHING_RECORDED', 'AREA_MISSING', 'VIDEO_DAMAGED', 'VIDEO_GONE'],
  handle: ({ id }, context) => context.recorder.eventVideo(id, readOptions(context)),
});

/** `GET /cameras/{id}/playback.mp4`. */
export const getPlayback = operation({
  id: 'getPlayback',
  tag: 'playback',
  summary: 'Any span of a camera’s recordings, across events, as one file with byte ranges; long pauses are left out, the timeline says where.',
  method: 'GET',
  path: '/cameras/{id}/playback.mp4',
  input: Type.Object({ id: cameraId, ...span }, { additionalProperties: false }),
  output: { kind: 'file' },
  requires: { area: 'events', access: 'view' },
  about: 'camera',
  takesMediaToken: true,
  errors: ['CAMERA_NOT_FOUND', 'NOTHING_RECORDED', 'PLAYBACK_MIXED', 'AREA_MISSING', 'VIDEO_DAMAGED', 'VIDEO_GONE'],
  handle: ({ id, from, to }, context) => context.recorder.playback(id, { from, to }, readOptions(context)),
});

/** `GET /cameras/{id}/timeline`. */
export const getTimeline = operation({
  id: 'getTimeline',
  tag: 'playback',
  summary: 'What there is of a camera in a span of time: recorded stretches, events, and gaps with their reasons.',
  method: 'GET',
  path: '/cameras/{id}/timeline',
  input: Type.Object({ id: cameraId, ...span }, { additionalProperties: false }),
  output: { kind: 'json', schema: timelineSchema },
  requires: { area: 'events', access: 'view' },
  about: 'camera',
  errors: ['CAMERA_NOT_FOUND'],
  handle: ({ id, from, to }, { recorder }) => recorder.timeline(id, { from, to }),
});

/** All of them. */
export const PLAYBACK_OPERATIONS: readonly Operation[] = [getEventVideo, getPlayback, getTimeline];
