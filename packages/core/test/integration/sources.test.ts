// What the recorder receives of real streams through ffmpeg: every kind of track, with times as they were sent.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, loadClip, RtspCamera, type SentFrame, testPictures, waitUntil } from '@nightjar/testkit';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { FfmpegCameraSource } from '../../src/adapters/ffmpeg/ffmpeg-camera-source.ts';
import type { Packet, StreamInfo } from '../../src/model/packet.ts';
import { parseSource } from '../../src/model/source.ts';

const WANTED_FRAMES = 15;

/** The first packets of a source, `frames` of them pictures. */
async function receive(url: string, frames = WANTED_FRAMES): Promise<{ info: StreamInfo; video: Packet[]; audio: Packet[] }> {
  const source = parseSource(url);
  if (source === undefined) throw new Error(`${url} is no source`);
  const abort = new AbortController();
  const packets: Packet[] = [];
  let info: StreamInfo | undefined;
  const sink = { onInfo: (next: StreamInfo): unknown => (info = next), onPacket: (packet: Packet): unknown => packets.push(packet) };
  const request = { source, audio: true, frameSkip: 0, pace: 'live', connectTimeoutMs: 10_000 } as const;
  const run = new FfmpegCameraSource(systemClock).open(request, sink, abort.signal);
  const of = (track: Packet['track']): Packet[] => packets.filter((packet) => packet.track === track);
  let failure: unknown;
  run.done.catch((error: unknown) => (failure = error));
  await waitUntil(() => failure !== undefined || of('video').length >= frames);
  abort.abort();
  await run.done;
  if (info === undefined) throw new Error('nothing came');
  return { info, video: of('video'), audio: of('audio') };
}

describeWith('ffmpeg', 'sources through ffmpeg', () => {
  let folder = '';
  const encode = (name: string, ...args: string[]): string => {
    const path = join(folder, name);
    const inputs = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=10:d=4', '-f', 'lavfi', '-i', 'sine=d=4:r=16000'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...inputs, ...args, path]);
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sources-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['aac', 'pcma'] as const)('sound (%s) and picture keep the distance they were sent with', async (audio) => {
    const clip = await loadClip(encode('h264.mp4', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-bf', '0', '-c:a', 'aac'), audio);
    const sent: SentFrame[] = [];
    await using camera = await RtspCamera.start({ streams: { main: { clip, onFrameSent: (frame) => sent.push(frame) } } });
    const received = await receive(camera.url('main'));
    expect(received.info.audio?.codec).toBe('aac');
    // G.711 is encoded by a second process, the second client.
    expect(camera.clients).toBe(audio === 'aac' ? 1 : 2);
    const frames = sent.filter(({ client }) => client === camera.clients - 1);
    const shifts = received.video.map((packet, index) => packet.ptsUs - (frames[index]?.ptsSeconds ?? 0) * 1e6);
    const [first = 0, , ...later] = shifts;
    expect(Math.max(...later) - Math.min(...later)).toBeLessThan(5000);
    // ffmpeg says of the first pictures only that they came before the sound after them.
    expect(Math.abs(first - (later[0] ?? 0))).toBeLessThan(100_000);
    const steps = received.audio.slice(2).map((packet, index) => packet.ptsUs - (received.audio[index + 1]?.ptsUs ?? 0));
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(10_000);
  });

  it('H.265 is called hvc1, which players of Apple ask for', async () => {
    const clip = await loadClip(
      encode('h265.mp4', '-an', '-c:v', 'libx265', '-x265-params', 'log-level=none', '-preset', 'ultrafast', '-g', '10', '-tag:v', 'hvc1'),
    );
    await using camera = await RtspCamera.start({ streams: { main: { clip } } });
    const { info } = await receive(camera.url('main'), 5);
    expect(info.video.codecString).toMatch(/^hvc1\./);
  });

  it('a file that MP4 takes and a recording does not is encoded', async () => {
    const { info, video } = await receive(`file:${encode('mpeg4.avi', '-c:v', 'mpeg4', '-c:a', 'mp3')}`, 5);
    expect([info.video.codec, info.audio?.codec]).toEqual(['h264', 'aac']);
    expect(video[0]?.isKey).toBe(true);
  });

  it('a URL that answers with one picture is asked again and again, with its password', async () => {
    const pictures = await testPictures(4);
    const password = "p@:/'%#";
    const wanted = `Basic ${Buffer.from(`viewer:${password}`).toString('base64')}`;
    let asked = 0;
    const server: Server = createServer((request, response) => {
      if (request.headers.authorization !== wanted) return void response.writeHead(401).end();
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(pictures[asked++ % pictures.length]);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const { info, video } = await receive(`http://viewer:${encodeURIComponent(password)}@127.0.0.1:${port}/snap.jpg`, 3);
      expect([info.video.width, info.video.codec]).toEqual([320, 'h264']);
      expect(video).toHaveLength(3);
      expect(asked).toBeGreaterThan(3);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
