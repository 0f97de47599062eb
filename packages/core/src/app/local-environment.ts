// The real world: this machine's disk, clock, ffmpeg and SQLite.
import { systemClock } from '../adapters/clock/system-clock.ts';
import { FfmpegCameraSource } from '../adapters/ffmpeg/ffmpeg-camera-source.ts';
import { ffmpegPictureDecoders } from '../adapters/ffmpeg/ffmpeg-picture-decoder.ts';
import { FfmpegPictureMaker } from '../adapters/ffmpeg/ffmpeg-picture-maker.ts';
import { ffmpegPictureStreams } from '../adapters/ffmpeg/ffmpeg-picture-stream.ts';
import { ffmpegStreamEncoders } from '../adapters/ffmpeg/ffmpeg-stream-encoder.ts';
import { FsAreaDisk } from '../adapters/fs/fs-area-disk.ts';
import { FsEventFiles } from '../adapters/fs/fs-event-files.ts';
import { FsExportFiles } from '../adapters/fs/fs-export-files.ts';
import { FsOpenJournal } from '../adapters/fs/fs-open-journal.ts';
import { FsRecordedVideos } from '../adapters/fs/fs-recorded-videos.ts';
import { InstanceLock } from '../adapters/fs/instance-lock.ts';
import { localConfigWorld } from '../adapters/fs/local-config-world.ts';
import { procMeter } from '../adapters/fs/proc-meter.ts';
import { SharpPicturePainter } from '../adapters/sharp/sharp-picture-painter.ts';
import { SqliteAreaStore } from '../adapters/sqlite/sqlite-area-store.ts';
import { SqliteCameraStore } from '../adapters/sqlite/sqlite-camera-store.ts';
import { SqliteDatabase } from '../adapters/sqlite/sqlite-database.ts';
import { SqliteEventSearch } from '../adapters/sqlite/sqlite-event-search.ts';
import { SqliteEventStore } from '../adapters/sqlite/sqlite-event-store.ts';
import { SqliteExportStore } from '../adapters/sqlite/sqlite-export-store.ts';
import { SqliteGapStore } from '../adapters/sqlite/sqlite-gap-store.ts';
import { SqliteSettingStore } from '../adapters/sqlite/sqlite-setting-store.ts';
import { LocalMotionAnalyzer } from '../adapters/worker/local-motion-analyzer.ts';
import type { Config } from '../config/config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { Environment } from './environment.ts';
import { localAccountPorts } from './local-account-ports.ts';

const OPEN_RETRY_MS = 500;

/**
 * Opens everything a recorder runs on; a locked database is waited for until `signal` aborts.
 *
 * @throws RecorderError `ALREADY_RUNNING`, `DATABASE_TOO_NEW`, `DATABASE_FAILED`.
 */
export async function openLocalEnvironment(config: Config, log: Logger, signal: AbortSignal): Promise<Environment> {
  const lock = await InstanceLock.take(`${config.database.file}.lock`);
  try {
    const database = await openPatiently(config.database.file, log, signal);
    return {
      clock: systemClock,
      log,
      random: Math.random,
      cameras: new FfmpegCameraSource(systemClock),
      analyzer: new LocalMotionAnalyzer(),
      pictures: new FfmpegPictureMaker(),
      pictureDecoders: ffmpegPictureDecoders,
      painter: new SharpPicturePainter(),
      encoders: ffmpegStreamEncoders,
      pictureStreams: ffmpegPictureStreams,
      files: new FsEventFiles({ logger: log }),
      videos: new FsRecordedVideos(),
      journal: new FsOpenJournal(),
      disk: new FsAreaDisk(),
      events: new SqliteEventStore(database),
      search: new SqliteEventSearch(database),
      gaps: new SqliteGapStore(database),
      areas: new SqliteAreaStore(database),
      exports: new SqliteExportStore(database),
      exportFiles: new FsExportFiles(config.exports.path),
      accounts: localAccountPorts(database, config.database.file),
      storedCameras: new SqliteCameraStore(database),
      storedSettings: new SqliteSettingStore(database),
      configWorld: localConfigWorld(process.env),
      meter: procMeter,
      close: async () => {
        await database.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openPatiently(file: string, log: Logger, signal: AbortSignal): Promise<SqliteDatabase> {
  for (;;) {
    try {
      return await SqliteDatabase.open(file);
    } catch (error) {
      const busy = RecorderError.of(error, 'DATABASE_BUSY');
      if (busy === undefined || signal.aborted) throw error;
      log.warn(`${busy.message}; waiting for it`);
      await systemClock.sleep(OPEN_RETRY_MS, signal);
    }
  }
}
