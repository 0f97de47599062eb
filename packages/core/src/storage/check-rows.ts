// From rows to files: every row must have its video, and nothing may be half deleted or open without a recorder.
import type { EventRecord } from '../model/event.ts';
import type { Area } from './area.ts';
import type { CheckPorts } from './check-ports.ts';
import { finishDeletion } from './event-deletion.ts';
import { videoName, videoPath } from './path-scheme.ts';
import type { FoundProblem } from './storage-problem.ts';

/** Rows read at once. */
const PAGE = 500;

/** Every row of an area, newest first, page by page; rows may be deleted meanwhile. */
export async function* rowsOf(ports: Pick<CheckPorts, 'store'>, areaId: string, signal?: AbortSignal): AsyncIterable<EventRecord> {
  let cursor: { readonly beforeId?: number } = {};
  while (signal?.aborted !== true) {
    const page = await ports.store.list({ areaId, limit: PAGE, ...cursor });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    cursor = { beforeId: last.id };
  }
}

/** What is wrong with one row of an area whose disk is the right one. */
export const checkRow = async (ports: CheckPorts, area: Area, row: EventRecord): Promise<FoundProblem | undefined> => {
  const path = videoPath(area.path, row.directory, row.id);
  const problem = { areaId: area.id, eventId: row.id, path } as const;
  if (row.state === 'deleting') {
    return { ...problem, kind: 'half-deleted', what: 'its deletion was not finished', remedy: 'finish it', mend: () => finishDeletion(ports, area.path, row) };
  }
  if (ports.moved.has(row.id) || ports.recording.has(row.id) || (row.state !== 'ready' && ports.isLive(row))) return undefined;
  const video = `${row.directory}/${videoName(row.id)}`;
  if (await ports.disk.holdsFile(area.path, video)) return undefined;
  if (await ports.disk.exists(area.path, video)) {
    const what = 'a symbolic link, or something else that is no file, lies where the video should be';
    return { ...problem, kind: 'video-replaced', what, remedy: 'nothing: put the video back, or remove what is there and check again' };
  }
  const mend = async (): Promise<void> => {
    // Retention or a repaired mount may have changed it since.
    const now = await ports.store.get(row.id);
    if (now && now.directory === row.directory && !(await ports.disk.exists(area.path, video))) await ports.store.delete(row.id);
  };
  return { ...problem, kind: 'row-without-file', what: 'the row has no video', remedy: 'delete the row', mend };
};
