// One RTSP client: answers its requests and carries its stream, interleaved in the connection or over UDP.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { AuthGate, type CameraAuth } from './camera-auth.ts';
import type { RtspStream } from './rtsp-camera.ts';
import { RtspParser, type RtspRequest } from './rtsp-parser.ts';
import { describeClip } from './sdp.ts';
import { FIRST_RTP_TIME, StreamPlayer } from './stream-player.ts';

type Transport = { readonly kind: 'tcp'; readonly channel: number } | { readonly kind: 'udp'; readonly port: number };
type Headers = Readonly<Record<string, string>>;

/** What a connection needs of its camera. */
export interface ConnectionOptions {
  readonly client: number;
  readonly auth: CameraAuth | undefined;
  /** Bytes a slow client may leave unread before it is disconnected. */
  readonly maxUnsentBytes: number;
  readonly findStream: (name: string) => RtspStream | undefined;
}

/** Serves one socket until it closes. */
export class RtspConnection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #parser = new RtspParser();
  readonly #gate: AuthGate;
  readonly #transports = new Map<'video' | 'audio', Transport>();
  #udp: UdpSocket | undefined;
  #player: StreamPlayer | undefined;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#gate = new AuthGate(options.auth);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', () => {});
    socket.on('close', () => this.#stop());
  }

  /** Ends it at once. */
  close(): void {
    this.#stop();
    this.#socket.destroy();
  }

  #stop(): void {
    this.#player?.stop();
    this.#udp?.close();
    this.#udp = undefined;
  }

  #read(chunk: Buffer): void {
    try {
      for (const request of this.#parser.push(chunk)) this.#answer(request).catch(() => this.close());
    } catch {
      this.close();
    }
  }

  async #answer(request: RtspRequest): Promise<void> {
    const stream = this.#options.findStream(streamName(request.url));
    const faults = stream?.faults ?? {};
    if (faults.refuse === true) return this.close();
    if (request.method === 'OPTIONS') return this.#reply(request, '200 OK', { Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN' });
    const isAllowed = this.#gate.allows(request.method, request.headers.get('authorization'));
    if (!isAllowed || faults.unauthorized === true) return this.#reply(request, '401 Unauthorized', { 'WWW-Authenticate': this.#gate.challenge });
    if (stream === undefined) return this.#reply(request, '404 Not Found');
    switch (request.method) {
      case 'DESCRIBE': {
        if (faults.muteDescribe === true) return;
        const body = describeClip(faults.announces ?? stream.clip, streamName(request.url));
        return this.#reply(request, '200 OK', { 'Content-Base': `${request.url}/`, 'Content-Type': 'application/sdp' }, body);
      }
      case 'SETUP':
        return this.#setUp(request);
      case 'PLAY':
        this.#reply(request, '200 OK', { Session: '1;timeout=60', Range: 'npt=now-', 'RTP-Info': this.#rtpInfo(request.url) });
        return this.#play(stream);
      case 'GET_PARAMETER':
        return this.#reply(request, '200 OK', { Session: '1;timeout=60' });
      case 'TEARDOWN':
        this.#reply(request, '200 OK');
        return void this.#socket.end();
      default:
        return this.#reply(request, '405 Method Not Allowed');
    }
  }

  async #setUp(request: RtspRequest): Promise<void> {
    const track = request.url.endsWith('trackID=1') ? 'audio' : 'video';
    const wanted = request.headers.get('transport') ?? '';
    const ports = /client_port=(\d+)-/.exec(wanted);
    if (wanted.includes('RTP/AVP/TCP')) {
      const channel = Number(/interleaved=(\d+)-/.exec(wanted)?.[1] ?? (track === 'video' ? 0 : 2));
      this.#transports.set(track, { kind: 'tcp', channel });
      return this.#reply(request, '200 OK', { Session: '1;timeout=60', Transport: `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}` });
    }
    if (ports === null || wanted.includes('multicast')) return this.#reply(request, '461 Unsupported Transport');
    const udp = await this.#openUdp();
    const port = Number(ports[1]);
    this.#transports.set(track, { kind: 'udp', port });
    const own = udp.address().port;
    return this.#reply(request, '200 OK', {
      Session: '1;timeout=60',
      Transport: `RTP/AVP;unicast;client_port=${port}-${port + 1};server_port=${own}-${own + 1}`,
    });
  }

  async #openUdp(): Promise<UdpSocket> {
    if (this.#udp !== undefined) return this.#udp;
    const udp = createSocket('udp4');
    this.#udp = udp;
    udp.on('error', () => this.close());
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
    return udp;
  }

  #play(stream: RtspStream): void {
    if (this.#player !== undefined) return;
    const { client } = this.#options;
    this.#player = new StreamPlayer({
      clip: stream.clip,
      loop: stream.loop ?? false,
      faults: stream.faults ?? {},
      send: (track, packets) => this.#send(track, packets),
      sendGarbage: () => this.#socket.write(Buffer.from('this is not the stream you are looking for\n'.repeat(20))),
      onFrameSent: (frame) => stream.onFrameSent?.({ ...frame, client }),
      onEnd: () => this.#socket.end(),
    });
    this.#player.start();
  }

  #send(track: 'video' | 'audio', packets: readonly Uint8Array[]): void {
    const transport = this.#transports.get(track);
    if (transport === undefined || this.#socket.destroyed) return;
    if (transport.kind === 'udp') {
      for (const packet of packets) this.#udp?.send(packet, transport.port, this.#socket.remoteAddress?.replace(/^::ffff:/, ''));
      return;
    }
    const parts = packets.flatMap((packet) => [Uint8Array.of(0x24, transport.channel, packet.length >> 8, packet.length & 255), packet]);
    this.#socket.write(Buffer.concat(parts));
    if (this.#socket.writableLength > this.#options.maxUnsentBytes) this.close();
  }

  #rtpInfo(url: string): string {
    const base = url.replace(/\/$/, '');
    return [...this.#transports.keys()].map((track) => `url=${base}/trackID=${track === 'video' ? 0 : 1};seq=0;rtptime=${FIRST_RTP_TIME}`).join(',');
  }

  #reply(request: RtspRequest, status: string, headers: Headers = {}, body = ''): void {
    const all = { CSeq: request.headers.get('cseq') ?? '0', ...headers, ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }) };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    this.#socket.write(`RTSP/1.0 ${status}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  }
}

/** The first part of a URL's path: streams are called by one word. */
const streamName = (url: string): string => (URL.canParse(url) ? (new URL(url).pathname.split('/')[1] ?? '') : '');
