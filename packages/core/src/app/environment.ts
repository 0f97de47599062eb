// The bundle of ports a recorder runs on. The default one is the real world; tests replace it piece by piece.
import type { AreaDisk } from '../ports/area-disk.ts';
import type { CameraSource } from '../ports/camera-source.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventFiles } from '../ports/event-files.ts';
import type { AreaStore, EventStore, GapStore } from '../ports/event-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { MotionAnalyzer } from '../ports/motion-analyzer.ts';
import type { OpenJournal } from '../ports/open-journal.ts';
import type { PictureMaker } from '../ports/picture-maker.ts';
import type { PictureStreamFactory } from '../ports/picture-stream.ts';
import type { ProcessMeter } from '../ports/process-meter.ts';

/** Everything outside the recorder. */
export interface Environment {
  readonly clock: Clock;
  readonly log: Logger;
  /** 0…1, uniformly. */
  readonly random: () => number;
  readonly cameras: CameraSource;
  readonly analyzer: MotionAnalyzer;
  readonly pictures: PictureMaker;
  /** Absent: events keep no pictures of single frames. */
  readonly pictureStreams?: PictureStreamFactory;
  readonly files: EventFiles;
  readonly journal: OpenJournal;
  readonly disk: AreaDisk;
  readonly events: EventStore;
  readonly gaps: GapStore;
  readonly areas: AreaStore;
  readonly meter: ProcessMeter;
  /** Releases what the environment itself holds, after the recorder has stopped. */
  close(): Promise<void>;
}
