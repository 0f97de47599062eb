// The RTSP camera as a client sees it, without a decoder.
import { connect, type Socket } from 'node:net';
import { waitUntil } from '../contracts/wait-until.ts';
import { parseFault } from './camera-faults.ts';
import { RtspCamera, type RtspCameraOptions } from './rtsp-camera.ts';
import { sampleClip } from './sample-clip.ts';
import type { SentFrame } from './stream-player.ts';

/** A client that knows just enough RTSP. */
class TestClient {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  isClosed = false;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
    });
    this.#socket.on('close', () => {
      this.isClosed = true;
    });
    this.#socket.on('error', () => {});
  }

  get text(): string {
    return this.#bytes.toString('latin1');
  }

  /** RTP packets received so far. */
  get packets(): Buffer[] {
    const packets: Buffer[] = [];
    let at = this.#bytes.indexOf('$');
    while (at >= 0 && at + 4 <= this.#bytes.length && this.#bytes[at] === 0x24) {
      const size = this.#bytes.readUInt16BE(at + 2);
      if (at + 4 + size > this.#bytes.length) break;
      packets.push(this.#bytes.subarray(at + 4, at + 4 + size));
      at += 4 + size;
    }
    return packets;
  }

  /** Timestamps of packets with a marker, one per frame, counted from the first: cameras begin anywhere. */
  get frameTimes(): number[] {
    const times = this.packets.filter((packet) => packet[1]! & 0x80).map((packet) => packet.readUInt32BE(4));
    return times.map((time) => (time - times[0]!) >>> 0);
  }

  send(method: string, url: string, headers = ''): void {
    this.#socket.write(`${method} ${url} RTSP/1.0\r\nCSeq: 1\r\n${headers}\r\n`);
  }

  async play(url: string): Promise<void> {
    this.send('SETUP', `${url}/trackID=0`, 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n');
    await waitUntil(() => this.text.includes('200 OK'));
    this.#bytes = Buffer.alloc(0);
    this.send('PLAY', url, 'Session: 1\r\n');
  }

  close(): void {
    this.#socket.destroy();
  }
}

describe('an RTSP camera', () => {
  let cameras: RtspCamera[] = [];
  let clients: TestClient[] = [];
  const start = async (options: RtspCameraOptions): Promise<{ camera: RtspCamera; client: TestClient; url: string }> => {
    const camera = await RtspCamera.start(options);
    const client = new TestClient(camera.port);
    cameras.push(camera);
    clients.push(client);
    return { camera, client, url: `rtsp://127.0.0.1:${camera.port}/main` };
  };
  afterEach(async () => {
    for (const client of clients) client.close();
    for (const camera of cameras) await camera.close();
    cameras = [];
    clients = [];
  });

  it('describes its stream', async () => {
    const { client, url } = await start({ streams: { main: { clip: sampleClip() } } });
    client.send('DESCRIBE', url);
    await waitUntil(() => client.text.includes('trackID=0'));
    expect(client.text).toContain('H264/90000');
    client.send('DESCRIBE', url.replace('main', 'other'));
    await waitUntil(() => client.text.includes('404'));
  });

  it('sends every frame in real time and says so', async () => {
    const sent: SentFrame[] = [];
    const { client, url } = await start({ streams: { main: { clip: sampleClip({ frames: 20, fps: 50 }), onFrameSent: (frame) => sent.push(frame) } } });
    await client.play(url);
    await waitUntil(() => client.isClosed);
    expect(client.frameTimes).toEqual(sent.map((frame) => Math.round(frame.ptsSeconds * 90_000)));
    expect(sent.map((frame) => frame.index)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(sent.at(-1)!.unixMs - sent[0]!.unixMs).toBeGreaterThanOrEqual(370);
  });

  it('goes on after the end where it loops, with times that rise', async () => {
    const { client, url } = await start({ streams: { main: { clip: sampleClip({ frames: 5 }), loop: true } } });
    await client.play(url);
    await waitUntil(() => client.frameTimes.length >= 12);
    expect(client.frameTimes.slice(0, 12)).toEqual(Array.from({ length: 12 }, (_, index) => index * 1800));
  });

  it('jumps in time where it should', async () => {
    const clip = sampleClip({ frames: 10 });
    const { client, url } = await start({ streams: { main: { clip, faults: parseFault('jump=0.1:100') } } });
    await client.play(url);
    await waitUntil(() => client.isClosed);
    expect(client.frameTimes[4]).toBe(4 * 1800);
    expect(client.frameTimes[5]).toBe(5 * 1800 + 9_000_000);
  });

  it('stalls without closing the connection', async () => {
    const { camera, client, url } = await start({ streams: { main: { clip: sampleClip(), loop: true, faults: parseFault('stall=0.1') } } });
    await client.play(url);
    await waitUntil(() => client.frameTimes.length === 5);
    client.send('GET_PARAMETER', url);
    await waitUntil(() => client.text.split('200 OK').length === 3);
    expect(client.frameTimes).toHaveLength(5);
    expect(camera.liveClients).toBe(1);
  });

  it('closes the connection again and again', async () => {
    const { client, url } = await start({ streams: { main: { clip: sampleClip(), loop: true, faults: parseFault('drop=0.1') } } });
    await client.play(url);
    await waitUntil(() => client.isClosed);
    expect(client.frameTimes).toHaveLength(5);
  });

  it('changes to another picture at a key frame, its parameter sets in front', async () => {
    const other = sampleClip({ width: 1280, height: 720, frames: 4 });
    const { client, url } = await start({ streams: { main: { clip: sampleClip({ frames: 20 }), faults: { switchTo: { atSeconds: 0.1, clip: other } } } } });
    await client.play(url);
    await waitUntil(() => client.isClosed);
    expect(client.frameTimes).toHaveLength(14);
    const sps = Buffer.from(other.video.parameterSets[0]!);
    expect(client.packets.filter((packet) => packet.includes(sps))).toHaveLength(1);
  });

  it('announces other parameter sets than it sends, where that is wanted', async () => {
    const sets = (clip: ReturnType<typeof sampleClip>) => Buffer.from(clip.video.parameterSets[0]!);
    const [clip, other] = [sampleClip({ frames: 4 }), sampleClip({ width: 1280, height: 720 })];
    const { client, url } = await start({ streams: { main: { clip, faults: { announces: other } } } });
    client.send('DESCRIBE', url);
    await waitUntil(() => client.text.includes(`sprop-parameter-sets=${sets(other).toString('base64')}`));
    await client.play(url);
    await waitUntil(() => client.isClosed);
    expect(client.packets.some((packet) => packet.includes(sets(clip)))).toBe(true);
    expect(client.packets.some((packet) => packet.includes(sets(other)))).toBe(false);
  });

  it('asks for a password, and knows it', async () => {
    const auth = { scheme: 'basic', user: 'viewer', password: 'pass word' } as const;
    const { camera, client, url } = await start({ streams: { main: { clip: sampleClip() } }, auth });
    client.send('DESCRIBE', url);
    await waitUntil(() => client.text.includes('401 Unauthorized'));
    client.send('DESCRIBE', url, `Authorization: Basic ${Buffer.from('viewer:pass word').toString('base64')}\r\n`);
    await waitUntil(() => client.text.includes('200 OK'));
    expect(camera.url('main')).toBe(`rtsp://viewer:pass%20word@127.0.0.1:${camera.port}/main`);
  });

  it.each([
    ['refuse', (client: TestClient) => client.isClosed],
    ['unauthorized', (client: TestClient) => client.text.includes('401')],
  ])('can %s', async (fault, isSeen) => {
    const { client, url } = await start({ streams: { main: { clip: sampleClip(), faults: parseFault(fault) } } });
    client.send('DESCRIBE', url);
    await waitUntil(() => isSeen(client));
  });

  it('disconnects clients that do not read', async () => {
    const clip = sampleClip({ frames: 100, fps: 1000, nalBytes: 1_000_000 });
    const { camera, url } = await start({ streams: { main: { clip, loop: true } }, maxUnsentBytes: 1_000_000 });
    const lazy = connect(camera.port, '127.0.0.1');
    lazy.on('error', () => {});
    lazy.pause();
    lazy.write(`SETUP ${url}/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\nPLAY ${url} RTSP/1.0\r\nCSeq: 2\r\n\r\n`);
    await waitUntil(() => camera.clients === 2);
    await waitUntil(() => camera.liveClients === 1);
    lazy.destroy();
    expect(camera.liveClients).toBe(1);
  });

  it('reads faults as people write them, and says which there are', () => {
    expect(parseFault('jump=10:-5')).toEqual({ jump: { atSeconds: 10, bySeconds: -5 } });
    expect(() => parseFault('explode')).toThrow('stall=SECONDS');
    expect(() => parseFault('stall')).toThrow('stall=SECONDS');
  });
});
