// Videos of events on a disk of this machine, read back.
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { type BoxHeader, MAX_BOX_HEADER_BYTES, MediaError, parseBoxHeader, type TrackSamples } from '@nightjar/media';
import type { RecordedVideo, RecordedVideos, VideoPlace } from '../../ports/recorded-videos.ts';
import { diskError } from './disk-errors.ts';
import { findEventDirectory, videoName } from './event-directory.ts';
import { openPlainly, readFully, readInto } from './file-io.ts';
import { scanVideo, tracksOf } from './video-scan.ts';

/** `RecordedVideos` on a local or mounted filesystem. */
export class FsRecordedVideos implements RecordedVideos {
  async open({ root, directory, eventId }: VideoPlace): Promise<RecordedVideo | undefined> {
    try {
      const path = await findEventDirectory(root, directory);
      return path === undefined ? undefined : await openVideoFile(join(path, videoName(eventId)));
    } catch (error) {
      throw diskError(error, `cannot open the video of event ${eventId}`);
    }
  }
}

/** Opens a video anywhere. @returns `undefined` where there is no such file. @throws RecorderError `DISK_FAILED`. */
export const openVideoFile = async (path: string): Promise<RecordedVideo | undefined> => {
  try {
    const opened = await openPlainly(path);
    if (opened === undefined) return undefined;
    const { handle, stat } = opened;
    return new FsRecordedVideo(path, handle, { version: `${stat.dev}-${stat.ino}-${stat.size}-${stat.mtimeNs}`, sizeBytes: Number(stat.size) });
  } catch (error) {
    throw diskError(error, `cannot open ${path}`);
  }
};

class FsRecordedVideo implements RecordedVideo {
  readonly version: string;
  readonly sizeBytes: number;
  readonly #path: string;
  readonly #handle: FileHandle;

  constructor(path: string, handle: FileHandle, { version, sizeBytes }: { readonly version: string; readonly sizeBytes: number }) {
    this.version = version;
    this.sizeBytes = sizeBytes;
    this.#path = path;
    this.#handle = handle;
  }

  isFastStart(): Promise<boolean> {
    return this.#try(() => startsWithWholeTables(this.#handle));
  }

  tracks(): Promise<readonly TrackSamples[]> {
    return this.#try(async () => tracksOf(await scanVideo(this.#handle)));
  }

  read(offset: number, into: Uint8Array): Promise<number> {
    return this.#try(() => readInto(this.#handle, into, offset));
  }

  async close(): Promise<void> {
    // Nothing was written, so nothing can be lost.
    await this.#handle.close().catch(() => undefined);
  }

  async #try<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw diskError(error, `cannot read ${this.#path}`);
    }
  }
}

/** Whether the tables of a whole file come first: a moov behind ftyp, without the box that announces fragments. */
const startsWithWholeTables = async (handle: FileHandle): Promise<boolean> => {
  try {
    const head = async (at: number): Promise<BoxHeader | undefined> => parseBoxHeader(await readFully(handle, at, MAX_BOX_HEADER_BYTES));
    const type = await head(0);
    const movie = type?.type === 'ftyp' ? await head(type.size) : undefined;
    if (type === undefined || movie?.type !== 'moov') return false;
    const end = type.size + movie.size;
    for (let at = type.size + movie.headerSize; at < end; ) {
      const box = await head(at);
      if (box === undefined || box.size === 0 || box.type === 'mvex') return false;
      at += box.size;
    }
    return true;
  } catch (error) {
    if (error instanceof MediaError) return false;
    throw error;
  }
};
