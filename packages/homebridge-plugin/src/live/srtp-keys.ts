// The keys SRTP and SRTCP work with, derived from a master key and salt: AES_CM_128_HMAC_SHA1_80 (RFC 3711 §4.3).
import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto';

/** Bytes of the tag at the end of a protected packet. */
export const SRTP_TAG_BYTES = 10;
/** Bytes that SRTCP adds: the index with its encryption flag, and the tag. */
export const SRTCP_EXTRA_BYTES = 4 + SRTP_TAG_BYTES;
/** AES counter mode with 128 bits, as Node names it. */
export const SRTP_CIPHER = 'aes-128-ctr';

const MASTER_KEY_BYTES = 16;
const MASTER_SALT_BYTES = 14;

/** What both ends know. */
export interface SrtpMaster {
  /** 16 bytes. */
  readonly key: Uint8Array;
  /** 14 bytes. */
  readonly salt: Uint8Array;
}

/** Keys of one kind of packet. */
export interface SrtpKeys {
  readonly cipher: KeyObject;
  readonly auth: KeyObject;
  /** 14 bytes. */
  readonly salt: Buffer;
}

/** Session keys; the derivation rate is 0, so that they stay the same. @throws TypeError where key or salt have another length. */
export function deriveSrtpKeys(master: SrtpMaster): { readonly rtp: SrtpKeys; readonly rtcp: SrtpKeys } {
  if (master.key.length !== MASTER_KEY_BYTES || master.salt.length !== MASTER_SALT_BYTES)
    throw new TypeError(`An SRTP key has ${master.key.length} bytes and its salt ${master.salt.length}; 16 and 14 are expected.`);
  return { rtp: keysFrom(master, 0), rtcp: keysFrom(master, 3) };
}

/** Keys by their label (RFC 3711 §4.3.2): encryption, authentication, salt. */
export function deriveSrtpKey(master: SrtpMaster, label: number, bytes: number): Buffer {
  const iv = Buffer.alloc(16);
  iv.set(master.salt);
  iv[7] = (iv[7] ?? 0) ^ label;
  return createCipheriv(SRTP_CIPHER, master.key, iv).update(Buffer.alloc(bytes));
}

const keysFrom = (master: SrtpMaster, firstLabel: number): SrtpKeys => ({
  cipher: createSecretKey(deriveSrtpKey(master, firstLabel, 16)),
  auth: createSecretKey(deriveSrtpKey(master, firstLabel + 1, 20)),
  salt: deriveSrtpKey(master, firstLabel + 2, 14),
});

/** Writes the first counter block of a packet to `iv` (16 bytes): salt, SSRC and 48-bit index (RFC 3711 §4.1.1). `indexHigh`: its upper 32 bits. */
export function writeSrtpIv(iv: Buffer, salt: Buffer, packet: { readonly ssrc: number; readonly indexHigh: number; readonly indexLow: number }): void {
  salt.copy(iv);
  iv.writeUInt32BE((iv.readUInt32BE(4) ^ packet.ssrc) >>> 0, 4);
  iv.writeUInt32BE((iv.readUInt32BE(8) ^ packet.indexHigh) >>> 0, 8);
  iv.writeUInt16BE(iv.readUInt16BE(12) ^ packet.indexLow, 12);
  iv.writeUInt16BE(0, 14);
}
