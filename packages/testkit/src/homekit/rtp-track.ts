// One track of a live view at the viewer's end: a UDP port, its keys, and a count of everything that came.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type SenderReport, saysGoodbye, senderReports } from './rtcp.ts';
import { isRtcp, type RtpPacket } from './rtp-packet.ts';
import type { SrtpMaster } from './srtp-keys.ts';
import { SrtpReceiver } from './srtp-receiver.ts';
import { SrtpSender } from './srtp-sender.ts';

const RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024;
const HALF = 0x8000;

/** What came so far. Times are of `performance.now()`. */
export interface TrackCounts {
  /** Authentic packets of RTP that are no repetition. */
  packets: number;
  bytes: number;
  /** Sequence numbers left out, less those that came late. */
  missing: number;
  /** Packets that came after one of a higher number. */
  late: number;
  badTags: number;
  badReports: number;
  /** Packets with another SSRC or payload type than agreed on. */
  strangers: number;
  /** Largest datagram. */
  largestBytes: number;
  goodbyes: number;
  firstAtMs: number | undefined;
  lastAtMs: number | undefined;
}

/** Who is expected to send. */
export interface Sender {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly port: number;
  readonly address: string;
}

/** A bound port; `expect` says from whom. */
export class RtpTrack {
  readonly counts: TrackCounts = {
    packets: 0,
    bytes: 0,
    missing: 0,
    late: 0,
    badTags: 0,
    badReports: 0,
    strangers: 0,
    largestBytes: 0,
    goodbyes: 0,
    firstAtMs: undefined,
    lastAtMs: undefined,
  };
  /** Of the sender, oldest first. */
  readonly reports: (SenderReport & { readonly atMs: number })[] = [];
  /** RTP timestamps of the packets, in the order they came. */
  readonly timestamps: number[] = [];
  readonly #socket: Socket;
  readonly #receiver: SrtpReceiver;
  readonly #cipher: SrtpSender;
  readonly #onPacket: (packet: RtpPacket, gap: boolean) => void;
  #sender: Sender | undefined;
  #highest = -1;
  #rounds = 0;
  #isClosed = false;

  private constructor(socket: Socket, master: SrtpMaster, onPacket: (packet: RtpPacket, gap: boolean) => void) {
    this.#socket = socket;
    this.#receiver = new SrtpReceiver(master);
    this.#cipher = new SrtpSender(master);
    this.#onPacket = onPacket;
    socket.on('message', (datagram) => this.#take(datagram));
    // A sender's port that is closed already answers on loopback.
    socket.on('error', () => {});
  }

  /** Binds a free port of an address. */
  static async bind(address: string, master: SrtpMaster, onPacket: (packet: RtpPacket, gap: boolean) => void): Promise<RtpTrack> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    return new RtpTrack(socket, master, onPacket);
  }

  get port(): number {
    return this.#isClosed ? 0 : this.#socket.address().port;
  }

  /** Highest sequence number so far, with the rounds before it above its 16 bits; 0 before the first packet. */
  get highestSequence(): number {
    return this.#rounds * 0x10000 + Math.max(0, this.#highest);
  }

  expect(sender: Sender): void {
    this.#sender = sender;
  }

  /** Sends RTCP to the sender's port. */
  report(compound: Buffer): void {
    this.#send(this.#cipher.sealRtcp(compound));
  }

  /** Sends RTP to the sender's port: the other direction of a talk. */
  talk(packet: RtpPacket): void {
    this.#send(this.#cipher.sealRtp(packet));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  #send(datagram: Buffer): void {
    if (this.#sender === undefined || this.#isClosed) return;
    this.#socket.send(datagram, this.#sender.port, this.#sender.address, () => {});
  }

  #take(datagram: Buffer): void {
    if (isRtcp(datagram)) this.#takeReport(datagram);
    else this.#takePacket(datagram);
  }

  #takeReport(datagram: Buffer): void {
    const compound = this.#receiver.openRtcp(datagram);
    if (compound === undefined) {
      this.counts.badReports++;
      return;
    }
    const atMs = performance.now();
    this.reports.push(...senderReports(compound).map((report) => ({ ...report, atMs })));
    if (saysGoodbye(compound)) this.counts.goodbyes++;
  }

  #takePacket(datagram: Buffer): void {
    const packet = this.#receiver.openRtp(datagram);
    if (packet === undefined) {
      this.counts.badTags++;
      return;
    }
    const counts = this.counts;
    const now = performance.now();
    counts.firstAtMs ??= now;
    counts.lastAtMs = now;
    counts.packets++;
    counts.bytes += datagram.length;
    counts.largestBytes = Math.max(counts.largestBytes, datagram.length);
    if (packet.ssrc !== this.#sender?.ssrc || packet.payloadType !== this.#sender.payloadType) counts.strangers++;
    this.timestamps.push(packet.timestamp);
    const gap = this.#count(packet.sequence);
    if (gap !== 'late') this.#onPacket(packet, gap === 'gap');
  }

  #count(sequence: number): 'next' | 'gap' | 'late' {
    const step = this.#highest < 0 ? 1 : (sequence - this.#highest) & 0xffff;
    if (step === 0 || step > HALF) {
      this.counts.late++;
      if (step !== 0) this.counts.missing--;
      return 'late';
    }
    if (this.#highest >= 0 && sequence < this.#highest) this.#rounds++;
    this.counts.missing += step - 1;
    this.#highest = sequence;
    return step === 1 ? 'next' : 'gap';
  }
}
