// Checks and decrypts SRTP and SRTCP of one sender (RFC 3711 §3.3, §3.4).
import { timingSafeEqual } from 'node:crypto';
import { headerBytes, type RtpPacket, readRtp } from './rtp-packet.ts';
import { counterMode, type SrtpKeys, type SrtpMaster, sessionKeys, TAG_BYTES, tagOf, uint32 } from './srtp-keys.ts';

const RTCP_INDEX_BYTES = 4;
const RTCP_CLEAR_BYTES = 8;
const ROUND = 0x10000;
const HALF = 0x8000;

/** One direction of one stream. */
export class SrtpReceiver {
  readonly #rtp: SrtpKeys;
  readonly #rtcp: SrtpKeys;
  /** Highest index so far; −1 before the first packet. */
  #highest = -1;

  constructor(master: SrtpMaster) {
    this.#rtp = sessionKeys(master, 'rtp');
    this.#rtcp = sessionKeys(master, 'rtcp');
  }

  /** The packet; nothing where its tag is wrong. */
  openRtp(packet: Buffer): RtpPacket | undefined {
    const end = packet.length - TAG_BYTES;
    if (end < headerBytes(packet)) return undefined;
    const index = this.#indexOf(packet.readUInt16BE(2));
    const signed = packet.subarray(0, end);
    if (!timingSafeEqual(tagOf(this.#rtp, signed, uint32(Math.floor(index / ROUND))), packet.subarray(end))) return undefined;
    this.#highest = Math.max(this.#highest, index);
    const read = readRtp(signed);
    return { ...read, payload: counterMode(this.#rtp, read.ssrc, index, read.payload) };
  }

  /** The compound packet in clear; nothing where its tag is wrong. */
  openRtcp(packet: Buffer): Buffer | undefined {
    const end = packet.length - TAG_BYTES;
    const signed = packet.subarray(0, Math.max(0, end));
    if (end < RTCP_CLEAR_BYTES + RTCP_INDEX_BYTES) return undefined;
    if (!timingSafeEqual(tagOf(this.#rtcp, signed), packet.subarray(end))) return undefined;
    const trailer = signed.readUInt32BE(end - RTCP_INDEX_BYTES);
    const body = signed.subarray(RTCP_CLEAR_BYTES, end - RTCP_INDEX_BYTES);
    const isEncrypted = trailer >>> 31 === 1;
    const plain = isEncrypted ? counterMode(this.#rtcp, signed.readUInt32BE(4), trailer & 0x7fffffff, body) : body;
    return Buffer.concat([signed.subarray(0, RTCP_CLEAR_BYTES), plain]);
  }

  /** §3.3.1: the index nearest to the highest one. */
  #indexOf(sequence: number): number {
    if (this.#highest < 0) return sequence;
    const rollover = Math.floor(this.#highest / ROUND);
    const highest = this.#highest % ROUND;
    if (highest < HALF && sequence - highest > HALF && rollover > 0) return (rollover - 1) * ROUND + sequence;
    return (highest - sequence > HALF ? rollover + 1 : rollover) * ROUND + sequence;
  }
}
