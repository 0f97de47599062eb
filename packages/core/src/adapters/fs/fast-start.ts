// Rewrites a fragmented file so that all tables come first: it then opens at once and seeks anywhere. Nothing is
// encoded again; the old file stays until the new one is whole on disk.
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ByteRange, MediaError, type ProgressivePlan, planProgressiveFile } from '@nightjar/media';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { EventRecord } from '../../model/event.ts';
import { replaceFile } from './atomic-write.ts';
import { diskSpace } from './disk-space.ts';
import { identityBoxOf } from './event-identity.ts';
import { readInto, writeFully } from './file-io.ts';
import { samplesOf, type VideoScan } from './video-scan.ts';

/** Share of a disk that must stay free while a copy is made: recording goes on meanwhile, and needs the room more. */
const SPARE_SHARE = 0.02;

/** Memory a copy takes. */
const COPY_BUFFER_BYTES = 1024 * 1024;

const planFor = (path: string, scan: VideoScan, identity: EventRecord | undefined): ProgressivePlan => {
  try {
    const extraBoxes = identity === undefined ? [] : [identityBoxOf(identity)];
    return planProgressiveFile({ tracks: scan.movie?.tracks ?? [], samples: samplesOf(scan), extraBoxes });
  } catch (error) {
    if (error instanceof MediaError) throw new RecorderError('VIDEO_DAMAGED', `${path} cannot be made fast-start: ${error.message}`, { cause: error });
    throw error;
  }
};

const refuseWithoutRoom = async (path: string, { header, copies }: ProgressivePlan): Promise<void> => {
  const { freeBytes, totalBytes } = await diskSpace(dirname(path));
  const sizeBytes = copies.reduce((sum, { size }) => sum + size, header.length);
  if (freeBytes - sizeBytes >= totalBytes * SPARE_SHARE) return;
  throw new RecorderError('DISK_FULL', `${path} cannot be made fast-start: its disk has room for little more than recording`);
};

/** Copies ranges one after the other, gathering small ones into large writes. */
const copyRanges = async (source: FileHandle, target: FileHandle, ranges: readonly ByteRange[], from: number): Promise<void> => {
  const buffer = new Uint8Array(COPY_BUFFER_BYTES);
  let filled = 0;
  let at = from;
  const flush = async (): Promise<void> => {
    await writeFully(target, buffer.subarray(0, filled), at);
    at += filled;
    filled = 0;
  };
  for (const range of ranges) {
    for (let done = 0; done < range.size; ) {
      const count = Math.min(range.size - done, buffer.length - filled);
      const read = await readInto(source, buffer.subarray(filled, filled + count), range.offset + done);
      if (read < count) throw new RecorderError('VIDEO_DAMAGED', 'the video file became shorter while it was copied');
      filled += count;
      done += count;
      if (filled === buffer.length) await flush();
    }
  }
  await flush();
};

/**
 * Makes a fragmented file fast-start.
 *
 * @param scan - What the file holds; anything beyond it is left out.
 * @param identity - Goes into the new file.
 * @throws RecorderError `DISK_FULL`, `DISK_FAILED`, `VIDEO_DAMAGED`; the fragmented file is untouched then.
 */
export const makeFastStart = async (path: string, scan: VideoScan, identity: EventRecord | undefined): Promise<void> => {
  const plan = planFor(path, scan, identity);
  await refuseWithoutRoom(path, plan);
  await replaceFile(path, async (target) => {
    const source = await open(path, 'r');
    try {
      await writeFully(target, plan.header, 0);
      await copyRanges(source, target, plan.copies, plan.header.length);
    } finally {
      await source.close();
    }
  });
};
