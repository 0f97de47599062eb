// A short video with sound, made by ffmpeg: a test picture of 320x180, a key picture every 15.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How the clip should be. */
export interface ClipShape {
  readonly seconds?: number;
  readonly fps?: number;
  readonly codec?: 'libx264' | 'libx265';
  readonly bFrames?: number;
  /** H.265: key pictures before which nothing is shown that refers to them. */
  readonly closedGop?: boolean;
}

/** Makes it at `path`. */
export async function makeClip(path: string, { seconds = 4, fps = 15, codec = 'libx264', bFrames = 0, closedGop = false }: ClipShape = {}): Promise<void> {
  const quiet =
    codec === 'libx265' ? ['-x265-params', `log-level=none:bframes=${bFrames}:open-gop=${closedGop ? 0 : 1}`, '-tag:v', 'hvc1'] : ['-bf', String(bFrames)];
  const input = ['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=${fps}:d=${seconds}`, '-f', 'lavfi', '-i', `sine=d=${seconds}`];
  const args = ['-v', 'error', '-y', ...input, '-c:v', codec, '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '15', ...quiet, '-c:a', 'aac', path];
  await promisify(execFile)('ffmpeg', args);
}

/** A folder that is gone after the tests of a file. Call it inside `describe`. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nightjar-test-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}
