// A viewer on this machine: asks a delegate as hap-nodejs does, and opens what comes.
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isRtcp } from '@nightjar/media';
import { waitUntil } from '@nightjar/testkit';
import type { PrepareStreamRequest, PrepareStreamResponse, ReconfigureStreamRequest, StartStreamRequest, StreamingRequest } from 'homebridge';
import type { LiveDelegate } from '../src/live/live-delegate.ts';
import { type OpenedRtp, SrtpReceiver } from '../src/live/srtp-receiver.ts';
import { SrtpSender } from '../src/live/srtp-sender.ts';

/** Changes to what is asked for at the start. */
export interface Wish {
  readonly video?: Partial<StartStreamRequest['video']>;
  readonly audio?: Partial<StartStreamRequest['audio']>;
}

const VIDEO = {
  codec: 0,
  profile: 1,
  level: 2,
  packetizationMode: 0,
  width: 1280,
  height: 720,
  fps: 30,
  pt: 99,
  ssrc: 1,
  max_bit_rate: 299,
  rtcp_interval: 0.5,
  mtu: 1378,
};
const AUDIO = { codec: 'OPUS', channel: 1, bit_rate: 0, sample_rate: 24, packet_time: 20, pt: 110, ssrc: 2, max_bit_rate: 24, rtcp_interval: 5 };
const OWN_SSRC = 0x0badcafe;

/** One viewer with its two ports. */
export class LoopbackViewer {
  readonly sessionID: string;
  readonly video: OpenedRtp[] = [];
  readonly sound: OpenedRtp[] = [];
  /** Compound packets, opened. */
  readonly reports: Buffer[] = [];
  /** Datagrams of the picture as they came. */
  readonly raw: Buffer[] = [];
  answer: PrepareStreamResponse | undefined;
  readonly #delegate: LiveDelegate;
  readonly #sockets: readonly [Socket, Socket];
  readonly #receivers: readonly [SrtpReceiver, SrtpReceiver];
  readonly #sender: SrtpSender;
  readonly #master = { srtp_key: randomBytes(16), srtp_salt: randomBytes(14) };

  private constructor(delegate: LiveDelegate, sockets: readonly [Socket, Socket], sessionID: string) {
    this.#delegate = delegate;
    this.#sockets = sockets;
    this.sessionID = sessionID;
    const master = { key: this.#master.srtp_key, salt: this.#master.srtp_salt };
    this.#receivers = [new SrtpReceiver(master), new SrtpReceiver(master)];
    this.#sender = new SrtpSender(master);
    sockets.forEach((socket, index) => {
      socket.setRecvBufferSize(4 * 1024 * 1024);
      socket.on('message', (datagram) => this.#take(index === 0 ? 'video' : 'sound', datagram));
    });
  }

  static async open(delegate: LiveDelegate, sessionID = `session-${randomBytes(4).toString('hex')}`): Promise<LoopbackViewer> {
    const sockets = await Promise.all([listen(), listen()]);
    return new LoopbackViewer(delegate, [sockets[0], sockets[1]], sessionID);
  }

  /** Packets that were not authentic or came twice. */
  get refused(): number {
    return this.#receivers[0].refused + this.#receivers[1].refused;
  }

  /** Packets of the picture that are missing between two others. */
  get gaps(): number {
    return this.video.slice(1).filter(({ sequence }, index) => sequence !== (((this.video[index]?.sequence ?? 0) + 1) & 0xffff)).length;
  }

  get request(): PrepareStreamRequest {
    const part = (index: 0 | 1) => ({ port: this.#sockets[index].address().port, srtpCryptoSuite: 0, ...this.#master });
    return { sessionID: this.sessionID, sourceAddress: '::ffff:127.0.0.1', targetAddress: '127.0.0.1', addressVersion: 'ipv4', video: part(0), audio: part(1) };
  }

  /** Where it was told to send to, and who sends. @throws Error before it was answered. */
  endpoint(track: 'video' | 'audio'): { readonly port: number; readonly ssrc: number } {
    const part = this.answer?.[track];
    if (part === undefined || !('ssrc' in part)) throw new Error('nothing was answered yet');
    return part;
  }

  async prepare(changes: Partial<PrepareStreamRequest> = {}): Promise<PrepareStreamResponse> {
    const answer = await new Promise<PrepareStreamResponse>((resolve, reject) =>
      this.#delegate.prepareStream({ ...this.request, ...changes }, (error, response) => (response === undefined ? reject(error) : resolve(response))),
    );
    this.answer = answer;
    return answer;
  }

  start({ video, audio }: Wish = {}): Promise<void> {
    const request = {
      sessionID: this.sessionID,
      type: 'start',
      video: { ...VIDEO, ...video },
      audio: { ...AUDIO, comfort_pt: 13, comfortNoiseEnabled: false, ...audio },
    };
    return this.#ask(request as StartStreamRequest);
  }

  reconfigure(video: Partial<ReconfigureStreamRequest['video']>): Promise<void> {
    const { width, height, fps, max_bit_rate, rtcp_interval } = VIDEO;
    return this.#ask({
      sessionID: this.sessionID,
      type: 'reconfigure',
      video: { width, height, fps, max_bit_rate, rtcp_interval, ...video },
    } as ReconfigureStreamRequest);
  }

  stop(): Promise<void> {
    return this.#ask({ sessionID: this.sessionID, type: 'stop' } as StreamingRequest);
  }

  /** Waits for so many packets of the picture. */
  async packets(count: number): Promise<void> {
    await waitUntil(() => this.video.length >= count);
  }

  /** Sends a compound of RTCP packets; words are 32 bits. */
  say(...packets: readonly (readonly number[])[]): void {
    const words = packets.flat();
    const bytes = Buffer.alloc(words.length * 4);
    words.forEach((word, index) => bytes.writeUInt32BE(word >>> 0, index * 4));
    this.#sockets[0].send(this.#sender.protectRtcp(bytes), this.endpoint('video').port, '127.0.0.1');
  }

  /** A receiver report of the picture. */
  report(lost = 0): void {
    const last = this.video.at(-1);
    this.say([(0x81 << 24) | (201 << 16) | 7, OWN_SSRC, last?.ssrc ?? 0, lost, last?.sequence ?? 0, 0, 0, 0]);
  }

  wantKey(): void {
    this.say([(0x81 << 24) | (206 << 16) | 2, OWN_SSRC, this.video[0]?.ssrc ?? 0]);
  }

  miss(sequence: number): void {
    this.say([(0x81 << 24) | (205 << 16) | 3, OWN_SSRC, this.video[0]?.ssrc ?? 0, sequence << 16]);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #ask(request: StreamingRequest): Promise<void> {
    return new Promise((resolve, reject) => this.#delegate.handleStreamRequest(request, (error) => (error ? reject(error) : resolve())));
  }

  #take(track: 'video' | 'sound', datagram: Buffer): void {
    const receiver = this.#receivers[track === 'video' ? 0 : 1];
    if (isRtcp(datagram)) {
      const opened = receiver.openRtcp(datagram);
      if (opened !== undefined) this.reports.push(opened);
      return;
    }
    if (track === 'video') this.raw.push(datagram);
    const opened = receiver.open(datagram);
    if (opened !== undefined) this[track].push(opened);
  }
}

async function listen(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Puts the NAL units of a picture stream together, with start codes (RFC 6184 §5). */
export function depacketized(packets: readonly OpenedRtp[]): { readonly annexB: Buffer; readonly types: readonly number[] } {
  const out: Buffer[] = [];
  const types: number[] = [];
  let parts: Buffer[] = [];
  const add = (nal: Buffer): void => {
    types.push((nal[0] ?? 0) & 31);
    out.push(Buffer.of(0, 0, 0, 1), nal);
  };
  for (const { payload } of packets) {
    const type = (payload[0] ?? 0) & 31;
    if (type === 24) {
      for (let at = 1; at + 2 < payload.length; at += 2 + payload.readUInt16BE(at)) add(payload.subarray(at + 2, at + 2 + payload.readUInt16BE(at)));
    } else if (type === 28) {
      const flags = payload[1] ?? 0;
      if ((flags & 0x80) !== 0) parts = [Buffer.of(((payload[0] ?? 0) & 0xe0) | (flags & 31))];
      parts.push(payload.subarray(2));
      if ((flags & 0x40) !== 0) add(Buffer.concat(parts));
    } else add(payload);
  }
  return { annexB: Buffer.concat(out), types };
}
