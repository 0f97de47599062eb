// Footage that leaves the recorder: one playable file, and beside it the manifest that proves what it shows.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { placeFile } from '../adapters/fs/atomic-write.ts';
import { diskSpace } from '../adapters/fs/disk-space.ts';
import { isThere, writeFully } from '../adapters/fs/file-io.ts';
import { openVideoFile } from '../adapters/fs/fs-recorded-videos.ts';
import {
  type EvidenceManifest,
  type ManifestEvent,
  type ManifestFile,
  type ManifestFragment,
  newManifest,
  writeManifest,
} from '../archive/evidence-manifest.ts';
import { hashFile, hashFragments, hashOfFragments, nextLink } from '../archive/fragment-chain.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { Gap } from '../model/gap.ts';
import type { EventId } from '../model/ids.ts';
import { isoTime, type WallMs, wallMs } from '../model/time.ts';
import type { EventFiles } from '../ports/event-files.ts';
import type { RecordedVideos } from '../ports/recorded-videos.ts';
import { ALARM_NAME, SNAPSHOT_NAME, videoName } from '../storage/path-scheme.ts';
import { type FullPlan, planPlayback } from '../streams/plan-playback.ts';
import { playbackFile } from '../streams/playback-file.ts';
import type { PlannedPiece } from '../streams/playback-plan.ts';

/** What a manifest is called beside its file. */
export const MANIFEST_SUFFIX = '.manifest.json';
/** What it is called in the folder of an event. */
export const FOLDER_MANIFEST = 'manifest.json';
/** Room that stays free beside the export. */
const SPARE_BYTES = 16 * 1024 * 1024;
/** Written between two syncs: whoever else syncs a file of this disk, such as one that is being recorded, waits for no more than that. */
const SYNC_EVERY_BYTES = 32 * 1024 * 1024;

/** What is exported, and where to. */
export interface ExportRequest {
  readonly videos: RecordedVideos;
  readonly files: Pick<EventFiles, 'readAttachment'>;
  /** Of one camera, by start, with the roots of their areas. */
  readonly events: readonly { readonly row: EventRecord; readonly root: string }[];
  /** Absent: the events as a whole. ms since 1970. */
  readonly span?: { readonly fromMs: number; readonly toMs: number };
  gaps(fromMs: WallMs, toMs: WallMs): Promise<readonly Gap[]>;
  readonly camera: { readonly id: string; readonly name: string };
  readonly writtenBy: EvidenceManifest['writtenBy'];
  readonly now: WallMs;
  /** Absolute path of the file. */
  readonly out: string;
  /** Absolute path of the manifest. */
  readonly manifest: string;
  readonly overwrite: boolean;
  /** Also the event's pictures, into the folder of the file. */
  readonly withPictures: boolean;
  readonly signal: AbortSignal;
  /** Looks at what is about to be written, and stops it by an error. */
  approve?(planned: { readonly sizeBytes: number; readonly eventIds: ReadonlySet<EventId> }): Promise<void>;
  onProgress(step: 'planning' | 'writing' | 'hashing', done: number, total: number): void;
}

/** Exports. @returns The manifest. @throws RecorderError `NOTHING_RECORDED`, `PLAYBACK_MIXED`, `DISK_FULL`, `DISK_FAILED`; nothing is left behind then. */
export const exportRecordings = async (request: ExportRequest): Promise<EvidenceManifest> => {
  const { videos, events, span, out, overwrite, signal, onProgress } = request;
  await refuseWithoutFolder(dirname(out));
  if (!overwrite) for (const path of pathsOf(request)) await refuseExisting(path);
  const planned = events.map(({ row: { id, directory, startMs, endMs, state }, root }) => ({
    id,
    place: { root, directory, eventId: id },
    startMs,
    endMs,
    isOpen: state === 'open',
  }));
  const total = planned.length;
  const full = await planPlayback(videos, {
    events: planned,
    signal,
    ...(span === undefined ? {} : { span }),
    onProgress: (done) => onProgress('planning', done, total),
  });
  const placed: string[] = [];
  try {
    await request.approve?.({ sizeBytes: full.movie.sizeBytes, eventIds: new Set(full.plan.pieces.map(({ eventId }) => eventId)) });
    await refuseWithoutRoom(out, full.movie.sizeBytes);
    let manifest: EvidenceManifest | undefined;
    const write = async (handle: Parameters<typeof writeFully>[0], part: string): Promise<void> => {
      let [at, syncedAt] = [0, 0];
      for await (const block of playbackFile(full.plan, videos).read(0, full.movie.sizeBytes, signal)) {
        await writeFully(handle, block, at);
        onProgress('writing', (at += block.length), full.movie.sizeBytes);
        if (at - syncedAt < SYNC_EVERY_BYTES) continue;
        await handle.datasync();
        syncedAt = at;
      }
      signal.throwIfAborted();
      // Read back from the disk: what is proven is what is there.
      manifest = await describeFile(request, full, part);
    };
    await placeFile(out, write, { overwrite, part: `${out}.${process.pid}.part` });
    placed.push(out);
    if (manifest === undefined) throw new RecorderError('DISK_FAILED', `${out} was not written`);
    const whole = request.withPictures ? { ...manifest, attachments: await copyPictures(request, placed) } : manifest;
    const text = new TextEncoder().encode(writeManifest(whole));
    await placeFile(request.manifest, (handle) => writeFully(handle, text, 0), { overwrite, part: `${request.manifest}.${process.pid}.part` });
    return whole;
  } catch (error) {
    // Without its manifest it proves nothing, and nobody would know that. Best effort: the first error is the one that matters.
    for (const path of placed) await rm(path, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    full.plan.retire();
  }
};

const pathsOf = ({ out, manifest, withPictures }: ExportRequest): readonly string[] => [
  out,
  manifest,
  ...(withPictures ? [SNAPSHOT_NAME, ALARM_NAME].map((name) => join(dirname(out), name)) : []),
];

const refuseWithoutFolder = async (folder: string): Promise<void> => {
  if (!(await isThere(folder))) throw new RecorderError('DISK_FAILED', `there is no folder ${folder}`);
};

const refuseExisting = async (path: string): Promise<void> => {
  if (await isThere(path)) throw new RecorderError('DISK_FAILED', `${path} exists already; --force overwrites it`);
};

const refuseWithoutRoom = async (out: string, sizeBytes: number): Promise<void> => {
  const { freeBytes } = await diskSpace(dirname(out));
  if (freeBytes >= sizeBytes + SPARE_BYTES) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new RecorderError('DISK_FULL', `${out} needs ${megabytes(sizeBytes + SPARE_BYTES)}, and ${megabytes(freeBytes)} are free there`);
};

const iso = (timeMs: number): string => isoTime(wallMs(Math.round(timeMs)));

const describeFile = async (request: ExportRequest, { plan, movie }: FullPlan, path: string): Promise<EvidenceManifest> => {
  const { camera, writtenBy, now, out, signal, onProgress, gaps, span } = request;
  const video = await openVideoFile(path);
  if (video === undefined) throw new RecorderError('DISK_FAILED', `${path} is gone`);
  try {
    const total = movie.sizeBytes * 2;
    const hashes = await hashFile(video, movie.header.length, { signal, onProgress: (done) => onProgress('hashing', done, total) });
    const fragments: ManifestFragment[] = [];
    /** By piece: its fragments. */
    const ofPieces: ManifestFragment[][] = plan.pieces.map(() => []);
    let piece = 0;
    let before = '';
    for await (const { seconds, frames, sha256 } of hashFragments(video, {
      signal,
      onProgress: (done) => onProgress('hashing', movie.sizeBytes + done, total),
    })) {
      while ((plan.pieces[piece + 1]?.startSeconds ?? Number.POSITIVE_INFINITY) <= seconds + SAME_SECONDS) piece += 1;
      const { startMs = 0, startSeconds = 0 } = plan.pieces[piece] ?? {};
      const at = iso(startMs + (seconds - startSeconds) * 1000);
      before = nextLink(before, { at, sha256 });
      const fragment = { at, seconds: Math.round(seconds * 1000) / 1000, frames, sha256, link: before };
      fragments.push(fragment);
      ofPieces[piece]?.push(fragment);
    }
    const [first, last] = [plan.pieces[0]?.startMs ?? 0, plan.pieces.at(-1)?.endMs ?? 0];
    const found = await gaps(wallMs(Math.floor(Math.min(first, span?.fromMs ?? first))), wallMs(Math.ceil(Math.max(last, span?.toMs ?? last))));
    return newManifest({
      writtenBy,
      writtenAt: isoTime(now),
      camera,
      from: iso(first),
      to: iso(last),
      file: { name: basename(out), sizeBytes: movie.sizeBytes, ...hashes, mediaOffset: movie.header.length },
      video: {
        codec: movie.video.codecString,
        width: movie.video.width,
        height: movie.video.height,
        frames: movie.frames,
        durationSeconds: Math.round(movie.durationSeconds * 1000) / 1000,
      },
      sound: movie.audio === undefined ? null : { codec: movie.audio.codecString, sampleRate: movie.audio.sampleRate, channels: movie.audio.channels },
      events: describeEvents(request, plan.pieces, ofPieces),
      gaps: found.map(({ fromMs, toMs, reason, lostFrames }) => ({ from: iso(fromMs), to: iso(toMs), reason, lostFrames })),
      attachments: [],
      fragments,
    });
  } finally {
    await video.close();
  }
};

/** Times in a file are whole ticks, and those of pieces are not. */
const SAME_SECONDS = 0.001;

const describeEvents = (
  { events }: ExportRequest,
  pieces: readonly PlannedPiece[],
  ofPieces: readonly (readonly ManifestFragment[])[],
): readonly ManifestEvent[] => {
  const rows = new Map(events.map(({ row }) => [row.id, row]));
  return pieces.flatMap((piece, index) => {
    const row = rows.get(piece.eventId);
    const own = ofPieces[index] ?? [];
    if (row === undefined) return [];
    const { id, name, causes, startMs, endMs, state } = row;
    return [
      {
        ...{ id, name, causes, start: iso(startMs), end: iso(endMs), isOpen: state === 'open', source: videoName(id) },
        ...{ from: iso(piece.startMs), to: iso(piece.endMs), seconds: Math.round(piece.startSeconds * 1000) / 1000 },
        ...{ fragments: own.length, sha256: hashOfFragments(own) },
      },
    ];
  });
};

const copyPictures = async ({ events, files, out, overwrite }: ExportRequest, placed: string[]): Promise<readonly ManifestFile[]> => {
  const copied: ManifestFile[] = [];
  for (const { row, root } of events)
    for (const name of [SNAPSHOT_NAME, ALARM_NAME]) {
      const bytes = await files.readAttachment(root, row.directory, name);
      if (bytes === undefined) continue;
      const path = join(dirname(out), name);
      await placeFile(path, (handle) => writeFully(handle, bytes, 0), { overwrite });
      placed.push(path);
      copied.push({ name, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    }
  return copied;
};
