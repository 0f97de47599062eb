// Event directories and their files on a disk of this machine.
import { constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { EventRecord } from '../../model/event.ts';
import type { EventFile, EventFiles, VideoFacts } from '../../ports/event-files.ts';
import type { Logger } from '../../ports/logger.ts';
import { writeFileAtomically } from './atomic-write.ts';
import { diskError } from './disk-errors.ts';
import { findEventDirectory, makeEventDirectory, removeEventDirectory, videoName } from './event-directory.ts';
import { EventVideoWriter } from './event-video-writer.ts';
import { inspectVideo, repairVideo } from './video-repair.ts';

const ATTACHMENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** `EventFiles` on a local or mounted filesystem. */
export class FsEventFiles implements EventFiles {
  readonly #logger: Logger | undefined;

  constructor(options: { readonly logger?: Logger } = {}) {
    this.#logger = options.logger;
  }

  async create(root: string, event: EventRecord, tracks: { readonly video: VideoTrack; readonly audio?: AudioTrack }): Promise<EventFile> {
    let directory: string;
    try {
      directory = await makeEventDirectory(root, event);
    } catch (error) {
      throw diskError(error, `cannot make the directory ${event.directory} in ${root}`);
    }
    return EventVideoWriter.create(join(directory, videoName(event.id)), event, tracks, this.#logger);
  }

  repair(path: string): Promise<VideoFacts | undefined> {
    return repairVideo(path);
  }

  inspect(path: string): Promise<VideoFacts> {
    return inspectVideo(path);
  }

  async writeAttachment(root: string, directory: string, name: string, bytes: Uint8Array): Promise<void> {
    if (!ATTACHMENT_NAME.test(name)) throw new RecorderError('DISK_FAILED', `${JSON.stringify(name)} is no name for a file of an event`);
    let path: string | undefined;
    try {
      path = await findEventDirectory(root, directory);
    } catch (error) {
      throw diskError(error, `cannot open the directory ${directory} in ${root}`);
    }
    if (path === undefined) throw new RecorderError('DISK_FAILED', `the directory ${directory} in ${root} does not exist`);
    await writeFileAtomically(join(path, name), bytes);
  }

  async readAttachment(root: string, directory: string, name: string): Promise<Uint8Array | undefined> {
    if (!ATTACHMENT_NAME.test(name)) return undefined;
    try {
      const path = await findEventDirectory(root, directory);
      return path === undefined ? undefined : await readFile(join(path, name), { flag: constants.O_RDONLY | constants.O_NOFOLLOW });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw diskError(error, `cannot read ${name} in ${directory} of ${root}`);
    }
  }

  async remove(root: string, directory: string, eventId: number): Promise<void> {
    try {
      await removeEventDirectory(root, directory, eventId);
    } catch (error) {
      throw diskError(error, `cannot remove the directory ${directory} in ${root}`);
    }
  }
}
