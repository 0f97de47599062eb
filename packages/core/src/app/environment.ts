// The bundle of ports a recorder runs on. The default one is the real world; tests replace it piece by piece.
import type { TokenStore, UserStore } from '../ports/account-store.ts';
import type { AreaDisk } from '../ports/area-disk.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { CameraSource } from '../ports/camera-source.ts';
import type { CameraStore, SettingStore } from '../ports/camera-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ConfigWorld } from '../ports/config-world.ts';
import type { EventFiles } from '../ports/event-files.ts';
import type { EventSearch } from '../ports/event-search.ts';
import type { AreaStore, EventStore, GapStore } from '../ports/event-store.ts';
import type { ExportFiles } from '../ports/export-files.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { MotionAnalyzer } from '../ports/motion-analyzer.ts';
import type { OpenJournal } from '../ports/open-journal.ts';
import type { PictureDecoderFactory } from '../ports/picture-decoder.ts';
import type { PictureMaker } from '../ports/picture-maker.ts';
import type { PicturePainter } from '../ports/picture-painter.ts';
import type { PictureStreamFactory } from '../ports/picture-stream.ts';
import type { ProcessMeter } from '../ports/process-meter.ts';
import type { RecordedVideos } from '../ports/recorded-videos.ts';
import type { StreamEncoderFactory } from '../ports/stream-encoder.ts';
import type { Secret } from '../util/secret.ts';

/** What accounts are kept in. */
export interface AccountPorts {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly audit: AuditLog;
  /** What tokens are signed with; made where there is none yet. @throws RecorderError `SECRET_KEY_REFUSED`. */
  secretKey(): Promise<Secret>;
}

/** Everything outside the recorder. */
export interface Environment {
  readonly clock: Clock;
  readonly log: Logger;
  /** 0…1, uniformly. */
  readonly random: () => number;
  readonly cameras: CameraSource;
  readonly analyzer: MotionAnalyzer;
  readonly pictures: PictureMaker;
  readonly pictureDecoders: PictureDecoderFactory;
  readonly painter: PicturePainter;
  readonly encoders: StreamEncoderFactory;
  /** Absent: events keep no pictures of single frames. */
  readonly pictureStreams?: PictureStreamFactory;
  readonly files: EventFiles;
  readonly videos: RecordedVideos;
  readonly journal: OpenJournal;
  readonly disk: AreaDisk;
  readonly events: EventStore;
  readonly search: EventSearch;
  readonly gaps: GapStore;
  readonly areas: AreaStore;
  readonly exports: ExportStore;
  readonly exportFiles: ExportFiles;
  readonly accounts: AccountPorts;
  readonly storedCameras: CameraStore;
  readonly storedSettings: SettingStore;
  /** What reading a configuration needs to know of the machine. */
  readonly configWorld: ConfigWorld;
  readonly meter: ProcessMeter;
  /** Releases what the environment itself holds, after the recorder has stopped. */
  close(): Promise<void>;
}
