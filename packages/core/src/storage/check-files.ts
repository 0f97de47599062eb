// From files to rows: every video must have a row, the right one, and both must say the same.
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { FoundDirectory } from '../ports/area-disk.ts';
import type { VideoFacts } from '../ports/event-files.ts';
import type { Area } from './area.ts';
import type { CheckPorts } from './check-ports.ts';
import { recoverEvent, withFacts } from './event-recovery.ts';
import { parseEventDirectory, parseVideoName, videoName, videoPath } from './path-scheme.ts';
import type { FoundProblem } from './storage-problem.ts';

/** Lengths may differ by this much: rows count wall time, files media time. */
const LENGTH_TOLERANCE_MS = 1000;

/** One video with its directory. */
interface FoundVideo {
  readonly area: Area;
  readonly directory: string;
  readonly path: string;
  readonly eventId: number;
  /** Bytes of everything in the directory. */
  readonly directoryBytes: number;
}

const same = (row: EventRecord, area: Area, directory: string): boolean => row.areaId === area.id && row.directory === directory;

/** The record inside a video, at the place where it was found; `undefined` where the video has none or another's. */
const rebuilt = (video: FoundVideo, identity: EventRecord | undefined): EventRecord | undefined => {
  if (identity?.id !== video.eventId) return undefined;
  const scheme = parseEventDirectory(video.directory)?.scheme ?? identity.scheme;
  return { ...identity, areaId: video.area.id, directory: video.directory, scheme, state: 'ready', recovered: true };
};

/** What `inspect` says; `undefined` for a video that does not play as it is. */
const inspect = async ({ files }: CheckPorts, path: string): Promise<VideoFacts | undefined> => {
  try {
    return await files.inspect(path);
  } catch (error) {
    if (RecorderError.of(error, 'VIDEO_DAMAGED')) return undefined;
    throw error;
  }
};

const withoutRow = async (ports: CheckPorts, video: FoundVideo): Promise<FoundProblem> => {
  const { area, path, eventId } = video;
  const problem = { kind: 'file-without-row', areaId: area.id, eventId, path } as const;
  const facts = await inspect(ports, path);
  if (facts && !rebuilt(video, facts.identity))
    return { ...problem, what: 'the video has no row and does not say which event it is', remedy: 'nothing: keep or remove it by hand' };
  const mend = async (): Promise<void> => {
    const whole = facts ?? (await ports.files.repair(path));
    const event = rebuilt(video, whole?.identity);
    if (!whole || !event) throw new RecorderError('VIDEO_DAMAGED', 'nothing in it plays, or it does not say which event it is; keep or remove it by hand');
    // A recorder that runs may have written the row since.
    if (!(await ports.store.get(eventId))) await ports.store.put(withFacts(event, whole));
  };
  return { ...problem, what: facts ? 'the video has no row' : 'the video has no row and is cut off', remedy: 'write the row from what the video says', mend };
};

const misplaced = async (ports: CheckPorts, video: FoundVideo, row: EventRecord): Promise<FoundProblem> => {
  const { area, path, eventId } = video;
  const problem = { kind: 'file-misplaced', areaId: area.id, eventId, path } as const;
  const root = ports.roots.get(row.areaId);
  const isElsewhere = root === undefined || (await ports.disk.exists(root, `${row.directory}/${videoName(eventId)}`));
  if (isElsewhere)
    return {
      ...problem,
      what: `the row of event ${eventId} lies in ${row.areaId}:${row.directory}`,
      remedy: 'nothing: two videos have one number; remove one by hand',
    };
  const scheme = parseEventDirectory(video.directory)?.scheme ?? row.scheme;
  const mend = (): Promise<void> => ports.store.put({ ...row, areaId: area.id, directory: video.directory, scheme });
  ports.moved.add(eventId);
  return { ...problem, what: `the row says the event is in ${row.areaId}:${row.directory}`, remedy: 'correct the row', mend };
};

const disagreement = (row: EventRecord, facts: VideoFacts, directoryBytes: number): string | undefined => {
  const rowMs = row.endMs - row.startMs;
  if (Math.abs(facts.durationMs - rowMs) > LENGTH_TOLERANCE_MS) return `the video lasts ${Math.round(facts.durationMs)} ms, the row says ${rowMs} ms`;
  if (facts.frames !== row.frames) return `the video has ${facts.frames} frames, the row says ${row.frames}`;
  // Whether pictures count is the recorder's choice; either is a true size.
  if (row.sizeBytes !== facts.sizeBytes && row.sizeBytes !== directoryBytes) return `the video has ${facts.sizeBytes} bytes, the row says ${row.sizeBytes}`;
  return undefined;
};

const compared = async (ports: CheckPorts, video: FoundVideo, row: EventRecord): Promise<FoundProblem | undefined> => {
  const { area, path, eventId } = video;
  const problem = { areaId: area.id, eventId, path } as const;
  if (row.state === 'deleting' || (row.state !== 'ready' && ports.isLive(row))) return undefined;
  const mendVideo = async (): Promise<void> => {
    const event = await recoverEvent(ports.files, area.path, row);
    if (!event) throw new RecorderError('VIDEO_DAMAGED', 'nothing in it plays; remove its directory by hand and repair again, or keep its pictures');
    await ports.store.put(event);
  };
  if (row.state !== 'ready')
    return { ...problem, kind: 'left-open', what: `the event is ${row.state}, but its recorder is gone`, remedy: 'close it as recovered', mend: mendVideo };
  const facts = await inspect(ports, path);
  if (!facts) return { ...problem, kind: 'video-damaged', what: 'the video is cut off or does not play', remedy: 'cut it back to what plays', mend: mendVideo };
  const what = disagreement(row, facts, video.directoryBytes);
  if (what === undefined) return undefined;
  const mend = async (): Promise<void> => {
    const now = await ports.store.get(eventId);
    if (now?.state === 'ready') await ports.store.put(withFacts(now, facts));
  };
  return { ...problem, kind: 'facts-differ', what, remedy: 'correct the row', mend };
};

/** A part of a file that is still being written is none of ours. */
const leftoverPart = async (ports: CheckPorts, area: Area, { directory, files }: FoundDirectory): Promise<FoundProblem | undefined> => {
  const part = files.find(({ name }) => name.endsWith('.part'));
  if (!part) return undefined;
  const eventId =
    files.map(({ name }) => parseVideoName(name.replace(/\.part$/, ''))).find((id) => id !== undefined) ?? parseEventDirectory(directory)?.eventId;
  const problem = { kind: 'leftover-part', areaId: area.id, path: `${area.path}/${directory}/${part.name}`, what: 'a file that was never finished' } as const;
  if (eventId === undefined) return { ...problem, remedy: 'nothing: remove it by hand' };
  const row = await ports.store.get(eventId);
  if (ports.recording.has(eventId) || (row && row.state !== 'ready' && ports.isLive(row))) return undefined;
  const mend = async (): Promise<void> => void (await ports.files.repair(videoPath(area.path, directory, eventId)));
  return { ...problem, eventId, remedy: 'remove it', mend };
};

/** What is wrong with one directory. */
export const checkDirectory = async (ports: CheckPorts, area: Area, found: FoundDirectory): Promise<readonly FoundProblem[]> => {
  const { directory, files } = found;
  const directoryBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const problems: (FoundProblem | undefined)[] = [await leftoverPart(ports, area, found)];
  for (const { name } of files) {
    const eventId = parseVideoName(name);
    if (eventId === undefined || ports.recording.has(eventId)) continue;
    const video: FoundVideo = { area, directory, path: `${area.path}/${directory}/${name}`, eventId, directoryBytes };
    const row = await ports.store.get(eventId);
    if (!row) problems.push(await withoutRow(ports, video));
    else problems.push(same(row, area, directory) ? await compared(ports, video, row) : await misplaced(ports, video, row));
  }
  return problems.filter((problem) => problem !== undefined);
};
