// What the package offers.

export type { AccountClient } from './account-client.ts';
export type {
  Access,
  AuditPage,
  AuditRecord,
  LoginTokens,
  Me,
  MediaToken,
  MediaTokenRequest,
  PasswordChange,
  PermissionArea,
  Permissions,
  RoleName,
  TokenInfo,
  TokenInput,
  User,
  UserChanges,
  UserInput,
} from './accounts.ts';
export type {
  Camera,
  CameraFunction,
  CameraInput,
  CameraSettingsView,
  CameraState,
  CameraStatus,
  CameraStream,
  ProbeReport,
  PtzRequest,
  TriggerAction,
  TriggerAnswer,
  TriggerRequest,
} from './camera.ts';
export type { Change, ChangeBody } from './change.ts';
export type { CameraControls, RecorderControls, RecordMode } from './controls.ts';
export type {
  Alert,
  ConfigEntry,
  EventCause,
  EventChanges,
  EventPage,
  Health,
  RecorderEvent,
  ReloadReport,
  ServerEntry,
  ServerInfo,
  ServerStats,
  StorageArea,
} from './event.ts';
export type { Export, ExportFilter, ExportList, ExportRequest } from './export.ts';
export type { LinkOptions } from './http-link.ts';
export type { AudioForm, LiveOptions, LivePacket, LiveStream, LiveTracks, MediaFile, Picture, Timeline, TimeSpan, VideoForm } from './media.ts';
export type { CallOptions, ChangeReading, EventFilter, EventPictureOptions, ReadOptions, RecorderApi } from './recorder-api.ts';
export { type ErrorDetail, isNotAllowed, RecorderApiError } from './recorder-api-error.ts';
export { RecorderClient, type RecorderClientOptions } from './recorder-client.ts';
export { type FollowerContext, LOGIN_REFUSED, RecorderFollower, reasonOf } from './recorder-follower.ts';
export type { Credentials } from './session.ts';
export { untilAborted } from './until-aborted.ts';
