// Event ids after the database was lost: what lies on disk keeps its numbers, so that new events never mix with it.
import { RecorderError } from '../errors/recorder-error.ts';
import type { AreaStatus } from '../storage/area.ts';
import { parseVideoName } from '../storage/path-scheme.ts';
import type { Environment } from './environment.ts';

/**
 * Reserves every id up to the highest one on disk, where the database knows no event at all. Never rejects.
 *
 * @returns How many videos without a row were found.
 */
export async function skipUsedIds({ events, disk, log }: Pick<Environment, 'events' | 'disk' | 'log'>, areas: readonly AreaStatus[]): Promise<number> {
  try {
    if ((await events.usage()).events > 0) return 0;
    const ids: number[] = [];
    for (const { area } of areas.filter(({ usable }) => usable))
      for await (const { files } of disk.walk(area.path)) for (const { name } of files) ids.push(parseVideoName(name) ?? 0);
    const videos = ids.filter((id) => id > 0);
    const highest = videos.reduce((most, id) => Math.max(most, id), 0);
    if (highest === 0) return 0;
    const next = await events.reserveIds(1);
    if (next < highest) await events.reserveIds(highest - next);
    log.warn(`the database knows no events, but the disk holds videos: ${videos.length}; \`nightjar check --repair\` writes their rows`);
    return videos.length;
  } catch (error) {
    log.warn(`whether there are videos without rows could not be found out: ${RecorderError.wrap(error, 'DATABASE_FAILED', 'looking for videos').message}`);
    return 0;
  }
}
