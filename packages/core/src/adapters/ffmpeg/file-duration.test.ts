// How long files are.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileDuration } from './file-duration.ts';

describe('the length of a file', () => {
  it('is not known of one that is missing or not a video', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightjar-test-'));
    const signal = new AbortController().signal;
    expect(await fileDuration(join(folder, 'none.mp4'), signal)).toBeUndefined();
    expect(await fileDuration(import.meta.filename, signal)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });

  it('is not waited for by who gave up', async () => {
    expect(await fileDuration('/dev/zero', AbortSignal.abort())).toBeUndefined();
  });
});
