// How long a video file is, as its container says; for progress, so not knowing is no fault.
import { execFile } from 'node:child_process';

const WITHIN_MS = 5000;

/** Seconds; `undefined` where the file doesn't say, can't be opened, or is no video. @param path - Absolute. */
export function fileDuration(path: string, signal: AbortSignal): Promise<number | undefined> {
  const args = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', `file:${path}`];
  return new Promise((resolve) => {
    execFile('ffprobe', args, { timeout: WITHIN_MS, signal, env: { PATH: process.env['PATH'], LC_ALL: 'C' } }, (error, stdout) => {
      const seconds = error === null ? Number.parseFloat(stdout) : Number.NaN;
      resolve(seconds > 0 ? seconds : undefined);
    });
  });
}
