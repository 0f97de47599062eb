// Opens what viewers send: SRTP and SRTCP with AES_CM_128_HMAC_SHA1_80 (RFC 3711 §3.3, §3.4). Nothing that is not authentic or came already gets through.
import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { RTP_HEADER_BYTES, type RtpHeader, readRtpHeader } from '@nightjar/media';
import { ReplayWindow } from './replay-window.ts';
import { deriveSrtpKeys, SRTCP_EXTRA_BYTES, SRTP_CIPHER, SRTP_TAG_BYTES, type SrtpKeys, type SrtpMaster, writeSrtpIv } from './srtp-keys.ts';

/** Senders that share a key at most; more are forgeries, or a mistake. */
const MAX_SOURCES = 8;
const RTCP_HEAD_BYTES = 8;

/** A packet that was opened. */
export interface OpenedRtp extends RtpHeader {
  readonly payload: Buffer;
}

/** Packets of one peer. */
export class SrtpReceiver {
  readonly #rtp: SrtpKeys;
  readonly #rtcp: SrtpKeys;
  readonly #iv = Buffer.alloc(16);
  readonly #rtpSeen = new Map<number, ReplayWindow>();
  readonly #rtcpSeen = new Map<number, ReplayWindow>();
  #refused = 0;

  /** @throws TypeError where key or salt have another length than 16 and 14 bytes. */
  constructor(master: SrtpMaster) {
    const { rtp, rtcp } = deriveSrtpKeys(master);
    this.#rtp = rtp;
    this.#rtcp = rtcp;
  }

  /** Packets that were not authentic, or came again. */
  get refused(): number {
    return this.#refused;
  }

  /** Opens an RTP packet; nothing where it is refused. */
  open(packet: Buffer): OpenedRtp | undefined {
    if (packet.length < RTP_HEADER_BYTES + SRTP_TAG_BYTES || (packet[0] ?? 0) >> 6 !== 2) return this.#refuse();
    const end = packet.length - SRTP_TAG_BYTES;
    const ssrc = packet.readUInt32BE(8);
    const sequence = packet.readUInt16BE(2);
    const seen = this.#rtpSeen.get(ssrc) ?? new ReplayWindow();
    const index = guessIndex(seen.highest, sequence);
    if (!seen.isNew(index)) return this.#refuse();
    const rollover = Math.floor(index / 65_536);
    const rolloverBytes = Buffer.alloc(4);
    rolloverBytes.writeUInt32BE(rollover);
    const tag = createHmac('sha1', this.#rtp.auth).update(packet.subarray(0, end)).update(rolloverBytes).digest();
    if (!timingSafeEqual(tag.subarray(0, SRTP_TAG_BYTES), packet.subarray(end)) || !remember(this.#rtpSeen, ssrc, seen)) return this.#refuse();
    seen.take(index);
    const { headerBytes, ...header } = readRtpHeader(packet.subarray(0, end));
    writeSrtpIv(this.#iv, this.#rtp.salt, { ssrc, indexHigh: rollover, indexLow: sequence });
    return { ...header, payload: createCipheriv(SRTP_CIPHER, this.#rtp.cipher, this.#iv).update(packet.subarray(headerBytes, end)) };
  }

  /** Opens a compound RTCP packet; nothing where it is refused. */
  openRtcp(packet: Buffer): Buffer | undefined {
    if (packet.length < RTCP_HEAD_BYTES + SRTCP_EXTRA_BYTES) return this.#refuse();
    const end = packet.length - SRTCP_EXTRA_BYTES;
    const flagged = packet.readUInt32BE(end);
    const index = flagged & 0x7fffffff;
    const ssrc = packet.readUInt32BE(4);
    const seen = this.#rtcpSeen.get(ssrc) ?? new ReplayWindow();
    if (!seen.isNew(index)) return this.#refuse();
    const tag = createHmac('sha1', this.#rtcp.auth)
      .update(packet.subarray(0, end + 4))
      .digest();
    if (!timingSafeEqual(tag.subarray(0, SRTP_TAG_BYTES), packet.subarray(end + 4)) || !remember(this.#rtcpSeen, ssrc, seen)) return this.#refuse();
    seen.take(index);
    const opened = Buffer.from(packet.subarray(0, end));
    if (flagged >>> 31 === 0) return opened;
    writeSrtpIv(this.#iv, this.#rtcp.salt, { ssrc, indexHigh: index >>> 16, indexLow: index & 0xffff });
    createCipheriv(SRTP_CIPHER, this.#rtcp.cipher, this.#iv).update(opened.subarray(RTCP_HEAD_BYTES)).copy(opened, RTCP_HEAD_BYTES);
    return opened;
  }

  #refuse(): undefined {
    this.#refused += 1;
    return undefined;
  }
}

/** The index whose sequence number this is and that is nearest to the highest one (RFC 3711 §3.3.1). */
function guessIndex(highest: number, sequence: number): number {
  if (highest < 0) return sequence;
  const rollover = Math.floor(highest / 65_536);
  const last = highest % 65_536;
  if (last < 32_768 && sequence - last > 32_768 && rollover > 0) return (rollover - 1) * 65_536 + sequence;
  if (last >= 32_768 && last - 32_768 > sequence) return (rollover + 1) * 65_536 + sequence;
  return rollover * 65_536 + sequence;
}

function remember(windows: Map<number, ReplayWindow>, ssrc: number, window: ReplayWindow): boolean {
  if (!windows.has(ssrc) && windows.size >= MAX_SOURCES) return false;
  windows.set(ssrc, window);
  return true;
}
