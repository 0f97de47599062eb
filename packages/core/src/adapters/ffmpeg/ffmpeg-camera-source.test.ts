import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describeCameraSource, describeWith, loadClip, type MediaClip, RtspCamera, testPictures, waitUntil } from '@nightjar/testkit';
import { sourceOf } from '../../../test/camera-settings.ts';
import { commandLines } from '../../../test/command-lines.ts';
import { makeClip, temporaryFolder } from '../../../test/test-clip.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Packet, StreamInfo } from '../../model/packet.ts';
import type { SourceRequest } from '../../ports/camera-source.ts';
import { systemClock } from '../clock/system-clock.ts';
import { FfmpegCameraSource } from './ffmpeg-camera-source.ts';

const ask = (url: string, changes: Partial<SourceRequest> = {}): SourceRequest => ({
  source: sourceOf(url),
  audio: true,
  frameSkip: 0,
  pace: 'live',
  connectTimeoutMs: 8000,
  ...changes,
});

/** Opens a source and gathers everything until it ends or `count` pictures came. */
async function gather(request: SourceRequest, count = Number.POSITIVE_INFINITY, source = new FfmpegCameraSource(systemClock)) {
  const abort = new AbortController();
  const infos: StreamInfo[] = [];
  const packets: Packet[] = [];
  const run = source.open(
    request,
    {
      onInfo: (info) => infos.push(info),
      onPacket: (packet) => {
        packets.push(packet);
        if (packets.filter(({ track }) => track === 'video').length >= count) abort.abort();
      },
    },
    abort.signal,
  );
  const error = await run.done.then(
    () => undefined,
    (reason: unknown) => RecorderError.of(reason),
  );
  return { infos, packets, error };
}

describeWith('ffmpeg', 'FfmpegCameraSource', () => {
  const folder = temporaryFolder();
  const clipPath = (): string => join(folder(), 'clip.mp4');
  const password = `it's p@ss:%5C#1`;
  let clip: MediaClip;
  let camera: RtspCamera;

  beforeAll(async () => {
    await makeClip(clipPath(), { seconds: 3, fps: 30 });
    clip = await loadClip(clipPath(), 'aac');
    camera = await RtspCamera.start({ streams: { main: { clip, loop: true } }, auth: { scheme: 'digest', user: 'viewer', password } });
  });
  afterAll(() => camera.close());

  it('hands on the same packets where it may gather them', async () => {
    const times = ({ packets }: { packets: readonly Packet[] }, track: Packet['track']) =>
      packets
        .filter((packet) => packet.track === track)
        .map(({ ptsUs, dtsUs, durationUs, isKey, data }) => ({
          ptsUs,
          dtsUs,
          durationUs,
          isKey,
          bytes: Buffer.from(data).toString('base64').slice(0, 64),
          size: data.length,
        }));
    const single = await gather(ask(`file:${clipPath()}`, { pace: 'fast' }));
    const gathered = await gather(ask(`file:${clipPath()}`, { pace: 'fast', gatherMs: 200 }));
    expect(times(gathered, 'video')).toEqual(times(single, 'video'));
    expect(times(gathered, 'audio')).toEqual(times(single, 'audio'));
    expect(times(single, 'video')).toHaveLength(90);
  });

  describeCameraSource('FfmpegCameraSource on RTSP', () => ({
    source: new FfmpegCameraSource(systemClock),
    request: ask(camera.url('main')),
    unreachable: ask('rtsp://127.0.0.1:1/none'),
  }));

  describeCameraSource('FfmpegCameraSource on a file', () => ({
    source: new FfmpegCameraSource(systemClock),
    request: ask(`file:${clipPath()}`),
    unreachable: ask(`file:${join(folder(), 'missing.mp4')}`),
  }));

  it('keeps a password with every kind of character out of all command lines', async () => {
    const abort = new AbortController();
    let lines: readonly string[] = [];
    let frames = 0;
    const url = camera.url('main');
    const run = new FfmpegCameraSource(systemClock).open(ask(url), { onInfo: () => undefined, onPacket: () => (frames += 1) }, abort.signal);
    await waitUntil(() => frames > 5);
    lines = await commandLines();
    abort.abort();
    await run.done;
    expect(lines.some((line) => line.startsWith('ffmpeg ') && line.includes('pipe:3'))).toBe(true);
    expect(lines.filter((line) => line.includes(encodeURIComponent('p@ss')) || line.includes(password) || line.includes(String(camera.port)))).toEqual([]);
  });

  it('says what a camera answers, without the password', async () => {
    const { error } = await gather(ask(camera.url('main').replace('viewer:', 'viewer:wrong-s3cret-')));
    expect(error).toMatchObject({ code: 'CAPTURE_CONNECT_FAILED', message: expect.stringMatching(/401/) });
    expect(error?.message).not.toContain('s3cret');
  });

  it('hands sound over where it is wanted', async () => {
    const wanted = await gather(ask(camera.url('main')), 25);
    expect(wanted.infos[0]?.audio).toMatchObject({ codec: 'aac' });
    expect(wanted.packets.some(({ track }) => track === 'audio')).toBe(true);
    const unwanted = await gather(ask(camera.url('main'), { audio: false }), 5);
    expect(unwanted.infos[0]?.audio).toBeUndefined();
  });

  it('reads a file once and whole, as fast as possible', async () => {
    const { packets, error, infos } = await gather(ask(`file:${clipPath()}`, { pace: 'fast', audio: false }));
    expect(error).toBeUndefined();
    expect(packets).toHaveLength(90);
    expect(packets.filter(({ isKey }) => isKey)).toHaveLength(6);
    expect(infos[0]?.video).toMatchObject({ codec: 'h264', width: 320, height: 180 });
  });

  it('holds a file back while it is paused', async () => {
    const long = join(folder(), 'long.mp4');
    await makeClip(long, { seconds: 40 });
    const packets: Packet[] = [];
    const onPacket = (packet: Packet): void => {
      if (packets.push(packet) === 1) run.pause();
    };
    const request = ask(`file:${long}`, { pace: 'fast', audio: false });
    const run = new FfmpegCameraSource(systemClock).open(request, { onInfo: () => undefined, onPacket }, new AbortController().signal);
    await waitUntil(() => packets.length > 0);
    // What was on its way may come; the rest waits until it is asked for.
    run.resume();
    await run.done;
    expect(packets).toHaveLength(600);
  });

  it('encodes what cannot be stored as it is, and remembers that', async () => {
    const source = new FfmpegCameraSource(systemClock);
    const { packets, infos } = await gather(ask('synthetic:visitor?width=160&height=90', { audio: false }), 12, source);
    expect(infos[0]?.video).toMatchObject({ codec: 'h264', width: 160, height: 90 });
    expect(packets[0]).toMatchObject({ isKey: true, track: 'video' });
    const dropped = await gather(ask('synthetic:visitor?width=160&height=90&fps=10', { frameSkip: 4, pace: 'fast' }), 3, source);
    const [first, second] = dropped.packets;
    expect(second!.dtsUs - first!.dtsUs).toBe(500_000);
  });

  it('follows an HTTP camera to another path of its server, and to no other server', async () => {
    const picture = (await testPictures(1))[0]!;
    const asked: string[] = [];
    const serve = async (target: (own: string) => string): Promise<Server> => {
      const server = createHttpServer((request, response) => {
        const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        asked.push(`${request.url}`);
        if (request.url !== '/video') return void response.writeHead(302, { location: target(own) }).end();
        response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=next' });
        const timer = setInterval(
          () => response.write(Buffer.concat([Buffer.from('--next\r\nContent-Type: image/jpeg\r\n\r\n'), picture, Buffer.from('\r\n')])),
          50,
        );
        response.on('close', () => clearInterval(timer));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    };
    const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const honest = await serve((own) => `${own}/video`);
    expect((await gather(ask(`${urlOf(honest)}/old`), 3)).error).toBeUndefined();
    expect(asked).toEqual(['/old', '/video', '/video']);
    asked.length = 0;
    const sly = await serve(() => `${urlOf(honest)}/video`);
    expect((await gather(ask(`${urlOf(sly)}/sly`), 3)).error).toMatchObject({ code: 'CAPTURE_CONNECT_FAILED' });
    expect(asked).toEqual(['/sly', '/sly']);
    for (const server of [honest, sly]) server.close();
  });

  it('encodes sound that MP4 does not take', async () => {
    const g711 = await RtspCamera.start({ streams: { main: { clip: await loadClip(clipPath(), 'pcma'), loop: true } } });
    const { infos, packets } = await gather(ask(g711.url('main')), 30);
    await g711.close();
    expect(infos).toHaveLength(1);
    expect(infos[0]?.audio).toMatchObject({ codec: 'aac', sampleRate: 8000 });
    expect(packets.some(({ track }) => track === 'audio')).toBe(true);
  });

  it('says when a camera that was there closes the stream', async () => {
    const short = await RtspCamera.start({ streams: { main: { clip } } });
    const { error, packets } = await gather(ask(short.url('main'), { audio: false }));
    await short.close();
    expect(error).toMatchObject({ code: 'CAPTURE_LOST' });
    expect(packets.length).toBeGreaterThan(50);
  });

  it('gives up on a camera that is silent', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const startMs = performance.now();
    const { error } = await gather(ask(`rtsp://127.0.0.1:${port}/main`, { connectTimeoutMs: 1000 }));
    silent.close();
    // What is read by nobody does not learn that its other end is gone.
    for (const socket of sockets) socket.destroy();
    expect(['CAPTURE_CONNECT_TIMEOUT', 'CAPTURE_CONNECT_FAILED']).toContain(error?.code);
    expect(performance.now() - startMs).toBeLessThan(4000);
  });
});
