// Protects what we send: SRTP and SRTCP with AES_CM_128_HMAC_SHA1_80 (RFC 3711 §3.3, §3.4).
import { createCipheriv, createHmac } from 'node:crypto';
import { RTP_HEADER_BYTES } from '@nightjar/media';
import { deriveSrtpKeys, SRTCP_EXTRA_BYTES, SRTP_CIPHER, SRTP_TAG_BYTES, type SrtpKeys, type SrtpMaster, writeSrtpIv } from './srtp-keys.ts';

const MAX_SRTCP_INDEX = 2 ** 31;

/** One stream of packets of one SSRC, whose sequence numbers go up one by one. */
export class SrtpSender {
  readonly #rtp: SrtpKeys;
  readonly #rtcp: SrtpKeys;
  readonly #iv = Buffer.alloc(16);
  readonly #rolloverBytes = Buffer.alloc(4);
  #rollover = 0;
  #lastSequence = -1;
  #rtcpIndex = 0;

  /** @throws TypeError where key or salt have another length than 16 and 14 bytes. */
  constructor(master: SrtpMaster) {
    const { rtp, rtcp } = deriveSrtpKeys(master);
    this.#rtp = rtp;
    this.#rtcp = rtcp;
  }

  /**
   * Protects a packet where it is.
   *
   * @param packet - Has a header of 12 bytes, its payload up to `length`, and room for a tag of 10 bytes.
   * @returns How long it is now.
   */
  protect(packet: Buffer, length: number): number {
    const sequence = packet.readUInt16BE(2);
    if (sequence < this.#lastSequence) this.#rollover = (this.#rollover + 1) >>> 0;
    this.#lastSequence = sequence;
    writeSrtpIv(this.#iv, this.#rtp.salt, { ssrc: packet.readUInt32BE(8), indexHigh: this.#rollover, indexLow: sequence });
    const payload = packet.subarray(RTP_HEADER_BYTES, length);
    createCipheriv(SRTP_CIPHER, this.#rtp.cipher, this.#iv).update(payload).copy(payload);
    this.#rolloverBytes.writeUInt32BE(this.#rollover);
    const tag = createHmac('sha1', this.#rtp.auth).update(packet.subarray(0, length)).update(this.#rolloverBytes).digest();
    tag.copy(packet, length, 0, SRTP_TAG_BYTES);
    return length + SRTP_TAG_BYTES;
  }

  /** A protected copy of a compound RTCP packet. */
  protectRtcp(packet: Uint8Array): Buffer {
    this.#rtcpIndex = (this.#rtcpIndex + 1) % MAX_SRTCP_INDEX;
    const out = Buffer.alloc(packet.length + SRTCP_EXTRA_BYTES);
    out.set(packet);
    const index = this.#rtcpIndex;
    writeSrtpIv(this.#iv, this.#rtcp.salt, { ssrc: out.readUInt32BE(4), indexHigh: index >>> 16, indexLow: index & 0xffff });
    const body = out.subarray(8, packet.length);
    createCipheriv(SRTP_CIPHER, this.#rtcp.cipher, this.#iv).update(body).copy(body);
    out.writeUInt32BE((index | 0x80000000) >>> 0, packet.length);
    const tag = createHmac('sha1', this.#rtcp.auth)
      .update(out.subarray(0, packet.length + 4))
      .digest();
    tag.copy(out, packet.length + 4, 0, SRTP_TAG_BYTES);
    return out;
  }
}
