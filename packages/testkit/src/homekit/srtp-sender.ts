// Encrypts and signs RTP and RTCP of one sender (RFC 3711 §3.3, §3.4).
import { RTP_HEADER_BYTES, type RtpPacket, writeRtp } from './rtp-packet.ts';
import { counterMode, type SrtpKeys, type SrtpMaster, sessionKeys, tagOf, uint32 } from './srtp-keys.ts';

const RTCP_CLEAR_BYTES = 8;
const ENCRYPTED_FLAG = 0x80000000;
const ROUND = 0x10000;

/** One direction of one stream. Packets of RTP go in the order of their sequence numbers. */
export class SrtpSender {
  readonly #rtp: SrtpKeys;
  readonly #rtcp: SrtpKeys;
  #rollover = 0;
  #last = -1;
  #reports = 0;

  constructor(master: SrtpMaster) {
    this.#rtp = sessionKeys(master, 'rtp');
    this.#rtcp = sessionKeys(master, 'rtcp');
  }

  sealRtp(packet: RtpPacket): Buffer {
    if (packet.sequence < this.#last) this.#rollover++;
    this.#last = packet.sequence;
    const plain = writeRtp(packet);
    const payload = counterMode(this.#rtp, packet.ssrc, this.#rollover * ROUND + packet.sequence, packet.payload);
    const signed = Buffer.concat([plain.subarray(0, RTP_HEADER_BYTES), payload]);
    return Buffer.concat([signed, tagOf(this.#rtp, signed, uint32(this.#rollover))]);
  }

  /** @param compound - One or more RTCP packets; the first one's SSRC decides the counter. */
  sealRtcp(compound: Buffer): Buffer {
    const index = this.#reports++;
    const body = counterMode(this.#rtcp, compound.readUInt32BE(4), index, compound.subarray(RTCP_CLEAR_BYTES));
    const signed = Buffer.concat([compound.subarray(0, RTCP_CLEAR_BYTES), body, uint32((ENCRYPTED_FLAG | index) >>> 0)]);
    return Buffer.concat([signed, tagOf(this.#rtcp, signed)]);
  }
}
