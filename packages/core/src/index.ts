// What the recorder offers as a library: its ports and nouns, for adapters and tests of others.
export { RecorderError } from './errors/recorder-error.ts';
export type { ErrorCode } from './errors/codes.ts';
export type { EventCause, EventRecord } from './model/event.ts';
export type { Frame } from './model/frame.ts';
export type { Packet, StreamInfo } from './model/packet.ts';
export type { Source, SourceKind } from './model/source.ts';
export { parseSource } from './model/source.ts';
export { mediaUs, monotonicMs, wallMs } from './model/time.ts';
export type { MediaUs, MonotonicMs, WallMs } from './model/time.ts';
export type { CameraSource, RunSink, SourceRequest, SourceRun } from './ports/camera-source.ts';
export type { Clock } from './ports/clock.ts';
export type { EventFile, EventFiles, RecordedSample, VideoFacts } from './ports/event-files.ts';
export type { FrameDecoder, FrameDecoderFactory, FrameDecoderRequest } from './ports/frame-decoder.ts';
export type { LogFields, Logger } from './ports/logger.ts';
export type { PictureMaker, PictureRequest } from './ports/picture-maker.ts';
export type { EventLifecycle, PathScheme } from './model/event.ts';
export type { Gap, GapReason } from './model/gap.ts';
export type { AreaStore, EventQuery, EventStore, GapStore } from './ports/event-store.ts';
