// One stream of RTP packets to one viewer: numbered, protected, sent, and kept for a while for those that get lost.
import { RTP_HEADER_BYTES, type RtpPayload, writeRtpHeader, writeSenderReport } from '@nightjar/media';
import { SRTP_TAG_BYTES, type SrtpMaster } from './srtp-keys.ts';
import { SrtpSender } from './srtp-sender.ts';
import type { UdpPort } from './udp-port.ts';

/** Packets kept, a power of two; about a second of a large stream. */
const KEPT = 512;
/** Times one packet is sent again. */
const MOST_RESENDS = 2;

/** Where a stream goes, and under which name. */
export interface RtpStreamOptions {
  readonly port: Pick<UdpPort, 'send' | 'waiting'>;
  readonly to: { readonly address: string; readonly port: number };
  readonly ssrc: number;
  readonly master: SrtpMaster;
  readonly payloadType: number;
  /** Largest datagram, tag included. */
  readonly maxBytes: number;
  /** Below 32768: a receiver that misses the first packets must not miss that they began anew (RFC 3711 §3.3.1). */
  readonly firstSequence: number;
  readonly cname: string;
}

/** Packets of one track. */
export class RtpStream {
  readonly #options: RtpStreamOptions;
  readonly #srtp: SrtpSender;
  readonly #slots: Buffer[] = [];
  readonly #lengths = new Uint16Array(KEPT);
  readonly #sequences = new Int32Array(KEPT).fill(-1);
  readonly #resends = new Uint8Array(KEPT);
  #sequence: number;
  #packets = 0;
  #payloadBytes = 0;
  #resent = 0;

  constructor(options: RtpStreamOptions) {
    this.#options = options;
    this.#srtp = new SrtpSender(options.master);
    this.#sequence = options.firstSequence;
  }

  get ssrc(): number {
    return this.#options.ssrc;
  }

  get firstSequence(): number {
    return this.#options.firstSequence;
  }

  /** Packets sent, those sent again not counted. */
  get packets(): number {
    return this.#packets;
  }

  /** Bytes of payload sent. */
  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  get resent(): number {
    return this.#resent;
  }

  /** Largest payload. */
  get maxPayloadBytes(): number {
    return this.#options.maxBytes - RTP_HEADER_BYTES - SRTP_TAG_BYTES;
  }

  /** Whether the kernel takes no more for now; what is kept must not be written over meanwhile. */
  get isBlocked(): boolean {
    return this.#options.port.waiting > KEPT / 4;
  }

  send(payload: RtpPayload, timestamp: number, marker: boolean): void {
    const { port, to, ssrc, payloadType, maxBytes } = this.#options;
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    const at = sequence % KEPT;
    const slot = (this.#slots[at] ??= Buffer.allocUnsafeSlow(maxBytes));
    writeRtpHeader(slot, { payloadType, marker, sequence, timestamp, ssrc });
    slot.set(payload.head, RTP_HEADER_BYTES);
    slot.set(payload.body, RTP_HEADER_BYTES + payload.head.length);
    const bytes = payload.head.length + payload.body.length;
    const length = this.#srtp.protect(slot, RTP_HEADER_BYTES + bytes);
    this.#lengths[at] = length;
    this.#sequences[at] = sequence;
    this.#resends[at] = 0;
    this.#packets += 1;
    this.#payloadBytes += bytes;
    port.send(slot, length, to);
  }

  /** Sends a packet again as it was, where it is still kept. @returns Whether it was. */
  resend(sequence: number): boolean {
    const { port, to } = this.#options;
    const at = sequence % KEPT;
    const slot = this.#slots[at];
    const times = this.#resends[at] ?? 0;
    if (slot === undefined || this.#sequences[at] !== sequence || times >= MOST_RESENDS) return false;
    this.#resends[at] = times + 1;
    this.#resent += 1;
    port.send(slot, this.#lengths[at] ?? 0, to);
    return true;
  }

  /** Says which moment on the calendar a moment of the media is, and how much was sent. */
  report(wallMs: number, timestamp: number, isLast = false): void {
    const { port, to, ssrc, cname } = this.#options;
    const report = { ssrc, wallMs, timestamp, packets: this.#packets, bytes: this.#payloadBytes };
    const bytes = this.#srtp.protectRtcp(writeSenderReport(report, cname, isLast));
    port.send(bytes, bytes.length, to);
  }
}
