// Session keys of SRTP with AES_CM_128_HMAC_SHA1_80 (RFC 3711 §4.3), and its ciphers. Written for tests, so that products are judged by another hand.
import { createCipheriv, createHmac } from 'node:crypto';

export const TAG_BYTES = 10;
const BLOCK_BYTES = 16;
const SALT_BYTES = 14;

/** What is agreed on for one direction: 16 bytes of key and 14 of salt. */
export interface SrtpMaster {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

/** Keys of one kind of packet. */
export interface SrtpKeys {
  readonly cipher: Buffer;
  readonly auth: Buffer;
  readonly salt: Buffer;
}

/** Keys of RTP (labels 0 to 2) or of RTCP (3 to 5), RFC 3711 §4.3.2. */
export function sessionKeys(master: SrtpMaster, kind: 'rtp' | 'rtcp'): SrtpKeys {
  const first = kind === 'rtp' ? 0 : 3;
  return { cipher: derive(master, first, 16), auth: derive(master, first + 1, 20), salt: derive(master, first + 2, SALT_BYTES) };
}

/** AES in counter mode, which encrypts as it decrypts. @param index - Of the packet: 48 bits of RTP, 31 of RTCP. */
export function counterMode({ cipher, salt }: SrtpKeys, ssrc: number, index: number, data: Uint8Array): Buffer {
  const counter = Buffer.alloc(BLOCK_BYTES);
  counter.writeUInt32BE(ssrc, 4);
  counter.writeUIntBE(index, 8, 6);
  for (let at = 0; at < SALT_BYTES; at++) counter[at] = (counter[at] ?? 0) ^ (salt[at] ?? 0);
  return createCipheriv('aes-128-ctr', cipher, counter).update(data);
}

/** HMAC-SHA1 over the parts, its first 10 bytes. */
export function tagOf({ auth }: SrtpKeys, ...parts: readonly Uint8Array[]): Buffer {
  const mac = createHmac('sha1', auth);
  for (const part of parts) mac.update(part);
  return mac.digest().subarray(0, TAG_BYTES);
}

/** Big endian, 32 bits. */
export function uint32(value: number): Buffer {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(value);
  return data;
}

/** §4.3.1 with a key derivation rate of 0. */
function derive({ key, salt }: SrtpMaster, label: number, bytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(salt);
  block[7] = (block[7] ?? 0) ^ label;
  return createCipheriv('aes-128-ctr', key, block).update(Buffer.alloc(bytes));
}
