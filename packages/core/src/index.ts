// What the recorder offers as a library: its ports and nouns, for adapters and tests of others.

export type { ErrorCode } from './errors/codes.ts';
export { RecorderError } from './errors/recorder-error.ts';
export type { AuditEntry, AuditFact, LoginRecord, MachineTokenRecord, TokenRecord, UserRecord } from './model/account.ts';
export { isAdmin, REFUSALS } from './model/account.ts';
export type { EventCause, EventLifecycle, EventRecord, PathScheme } from './model/event.ts';
export type { Frame } from './model/frame.ts';
export type { Gap, GapReason } from './model/gap.ts';
export type { Packet, StreamInfo } from './model/packet.ts';
export type { Source, SourceKind } from './model/source.ts';
export { parseSource } from './model/source.ts';
export type { MediaUs, MonotonicMs, WallMs } from './model/time.ts';
export { mediaUs, monotonicMs, wallMs } from './model/time.ts';
export type { FoundToken, TokenSelection, TokenStore, UserStore } from './ports/account-store.ts';
export { MOST_LOGINS, MOST_USERS } from './ports/account-store.ts';
export type { AreaDisk, DiskSpace, FoundDirectory } from './ports/area-disk.ts';
export type { AuditBounds, AuditLog } from './ports/audit-log.ts';
export type { CameraSource, RunSink, SourceRequest, SourceRun } from './ports/camera-source.ts';
export type { Clock } from './ports/clock.ts';
export type { EventFile, EventFiles, RecordedSample, VideoFacts } from './ports/event-files.ts';
export type { AreaStore, EventQuery, EventStore, GapStore } from './ports/event-store.ts';
export type { DecodingOptions, FrameDecoder, FrameDecoderFactory, FrameDecoderRequest, KeyFrameDecoder } from './ports/frame-decoder.ts';
export type { LogFields, Logger } from './ports/logger.ts';
export type { OpenJournal } from './ports/open-journal.ts';
export type { DecodedPicture, PictureDecoder, PictureDecoderFactory, PictureDecoderRequest } from './ports/picture-decoder.ts';
export type { PictureMaker, PicturePacket, PictureRequest } from './ports/picture-maker.ts';
export type { Notice, PicturePainter, PictureSize } from './ports/picture-painter.ts';
export type { RecordedVideo, RecordedVideos, VideoPlace } from './ports/recorded-videos.ts';
