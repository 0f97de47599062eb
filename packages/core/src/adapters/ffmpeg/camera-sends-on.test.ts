import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith, loadClip, RtspCamera } from '@nightjar/testkit';
import { sourceOf } from '../../../test/camera-settings.ts';
import { makeClip, temporaryFolder } from '../../../test/test-clip.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import { systemClock } from '../clock/system-clock.ts';
import { FfmpegCameraSource } from './ffmpeg-camera-source.ts';

/** A camera that answers with another address. */
async function sendingOn(to: string): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const [request = ''] = data.toString().split(' ');
      const sequence = /cseq: *(\d+)/i.exec(data.toString())?.[1] ?? '1';
      const answer = request === 'OPTIONS' ? '200 OK\r\nPublic: OPTIONS, DESCRIBE' : `302 Found\r\nLocation: ${to}`;
      socket.write(`RTSP/1.0 ${answer}\r\nCSeq: ${sequence}\r\n\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `rtsp://viewer:s3cret@127.0.0.1:${port}/main`, server };
}

/** Opens a source until it ends or its first picture comes. */
async function firstPicture(url: string): Promise<{ readonly pictures: number; readonly error: RecorderError | undefined }> {
  const abort = new AbortController();
  let pictures = 0;
  const onPacket = (): void => {
    pictures += 1;
    abort.abort();
  };
  const request = { source: sourceOf(url), audio: true, frameSkip: 0, pace: url.startsWith('file:') ? 'fast' : 'live', connectTimeoutMs: 8000 } as const;
  const run = new FfmpegCameraSource(systemClock).open(request, { onInfo: () => undefined, onPacket }, abort.signal);
  const error = await run.done.then(
    () => undefined,
    (reason: unknown) => RecorderError.of(reason),
  );
  return { pictures, error };
}

describeWith('ffmpeg', 'what a source answers', () => {
  const folder = temporaryFolder();
  let camera: RtspCamera;

  beforeAll(async () => {
    const path = join(folder(), 'clip.mp4');
    await makeClip(path);
    camera = await RtspCamera.start({ streams: { main: { clip: await loadClip(path, 'aac'), loop: true } } });
  });
  afterAll(() => camera.close());

  it('is not followed to another host', async () => {
    const { url, server } = await sendingOn(`rtsp://localhost:${camera.port}/main`);
    const { pictures, error } = await firstPicture(url);
    server.close();
    expect(pictures).toBe(0);
    expect(error).toMatchObject({ code: 'CAPTURE_CONNECT_FAILED', message: expect.stringContaining(`on to rtsp://localhost:${camera.port}/main`) });
    expect(error?.message).not.toContain('s3cret');
  });

  it('is followed to another port of the same host', async () => {
    const { url, server } = await sendingOn(`rtsp://127.0.0.1:${camera.port}/main`);
    const { pictures } = await firstPicture(url);
    server.close();
    expect(pictures).toBeGreaterThan(0);
  });

  it('is called no video where it is sound alone', async () => {
    const path = join(folder(), 'sound.m4a');
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=d=1', path]);
    expect((await firstPicture(`file:${path}`)).error?.message).toMatch(/could not be opened: it holds no video$/);
  });
});
