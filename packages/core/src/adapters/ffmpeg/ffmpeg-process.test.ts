import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '@nightjar/testkit';
import { temporaryFolder } from '../../../test/test-clip.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';

const path = process.env['PATH'];

describe('FfmpegProcess', () => {
  const folder = temporaryFolder();
  /** Puts a shell script in the place of ffmpeg. */
  const pretend = async (name: string, script: string): Promise<void> => {
    const directory = join(folder(), name);
    await mkdir(directory);
    await writeFile(join(directory, 'ffmpeg'), `#!/bin/sh\n${script}\n`);
    await chmod(join(directory, 'ffmpeg'), 0o755);
    process.env['PATH'] = `${directory}:${path}`;
  };
  afterEach(() => {
    process.env['PATH'] = path;
  });

  it('kills a process that does not want to stop', async () => {
    await pretend('stubborn', 'trap "" TERM; echo ready; while :; do sleep 0.05; done');
    const child = new FfmpegProcess({ args: [], stdin: 'ignore' });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await waitUntil(() => said !== '');
    const startMs = performance.now();
    child.stop();
    child.stop();
    expect(await child.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(performance.now() - startMs).toBeLessThan(2000);
    child.stop();
  });

  it('asks no process that would not hear', async () => {
    await pretend('unasked', 'trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done');
    const child = new FfmpegProcess({ args: [], stdin: 'ignore' });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await waitUntil(() => said !== '');
    child.stop({ isDeaf: true });
    expect(await child.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('keeps the last complaints, shortened and without secrets', async () => {
    await pretend(
      'complaining',
      'i=0; while [ $i -lt 20 ]; do echo "[rtsp @ 0x1] rtsp://a:s3cret@h/$i failed" >&2; i=$((i+1)); done; head -c 5000 /dev/zero | tr "\\0" x >&2; echo >&2; exit 3',
    );
    const child = new FfmpegProcess({ args: [], stdin: 'ignore', nice: 5 });
    const { code, complaints } = await child.ended;
    expect(code).toBe(3);
    expect(complaints).toHaveLength(8);
    expect(complaints[0]).toBe('rtsp://h/13 failed');
    expect(complaints.at(-1)?.length).toBeLessThanOrEqual(400);
    expect(complaints.join()).not.toContain('s3cret');
  });

  it('tells notices from complaints where levels are asked for', async () => {
    await pretend('noticing', 'echo "[rtsp @ 0x1] [info] on to rtsp://a:s3cret@h/x" >&2; echo "[info] Stream #0" >&2; echo "[rtsp @ 0x1] [error] failed" >&2');
    const notices: string[] = [];
    const child = new FfmpegProcess({ args: [], stdin: 'ignore', onNotice: (line) => notices.push(line) });
    expect((await child.ended).complaints).toEqual(['failed']);
    expect(notices).toEqual(['on to rtsp://h/x', 'Stream #0']);
  });

  it('hands its script over beside the arguments, and keeps the environment to itself', async () => {
    process.env['NIGHTJAR_TEST_SECRET'] = 's3cret';
    await pretend('reading', 'cat <&3; echo; env');
    const child = new FfmpegProcess({ args: ['-i', 'pipe:3'], stdin: 'ignore', script: 'file rtsp://a:b@h/' });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await child.ended;
    delete process.env['NIGHTJAR_TEST_SECRET'];
    expect(said).toContain('file rtsp://a:b@h/');
    expect(said).not.toContain('s3cret');
  });

  it('does not mind a process that never reads what it is given', async () => {
    await pretend('deaf', 'exec <&-; exit 0');
    const child = new FfmpegProcess({ args: [], stdin: 'pipe', script: 'x'.repeat(1_000_000) });
    child.stdin?.write('y'.repeat(1_000_000));
    child.stdout.resume();
    expect(await child.ended).toMatchObject({ code: 0 });
  });

  it('says that ffmpeg is missing', async () => {
    process.env['PATH'] = '/nonexistent';
    const child = new FfmpegProcess({ args: [], stdin: 'ignore' });
    await expect(child.ended).rejects.toMatchObject({ code: 'FFMPEG_MISSING', message: 'ffmpeg was not found on PATH' });
    child.stop();
  });
});
