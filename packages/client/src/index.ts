// What the package offers.
export type { Change, ChangeBody } from './change.ts';
export type { Alert, Camera, CameraState, CameraStatus, EventCause, Health, RecorderEvent, ServerInfo, ServerStats } from './event.ts';
export type { EventFilter, RecorderApi } from './recorder-api.ts';
