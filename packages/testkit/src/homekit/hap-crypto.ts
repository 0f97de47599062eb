// The ciphers and keys of the HomeKit Accessory Protocol, by node:crypto.
import { createCipheriv, createDecipheriv, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';

const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** HKDF-SHA512 (RFC 5869) to 32 bytes. */
export const deriveKey = (secret: Uint8Array, salt: string | Uint8Array, info: string): Buffer => Buffer.from(hkdfSync('sha512', secret, salt, info, 32));

/** ChaCha20-Poly1305 (RFC 8439). @returns Ciphertext and its tag of 16 bytes. */
export function seal(key: Uint8Array, nonce: string | number, plain: Uint8Array, aad?: Uint8Array): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', key, nonceOf(nonce), { authTagLength: TAG_BYTES });
  if (aad !== undefined) cipher.setAAD(aad, { plaintextLength: plain.length });
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `seal` made. @throws Error where it is not authentic. */
export function unseal(key: Uint8Array, nonce: string | number, sealed: Uint8Array, aad?: Uint8Array): Buffer {
  const length = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('chacha20-poly1305', key, nonceOf(nonce), { authTagLength: TAG_BYTES });
  if (aad !== undefined) decipher.setAAD(aad, { plaintextLength: length });
  decipher.setAuthTag(sealed.subarray(length));
  return Buffer.concat([decipher.update(sealed.subarray(0, length)), decipher.final()]);
}

/** The 32 bytes of an Ed25519 or X25519 public key (RFC 8037 writes them as `x`). */
export const publicBytes = (key: KeyObject): Buffer => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');

/** A public key from its 32 bytes. */
export const publicKey = (curve: 'Ed25519' | 'X25519', bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: curve, x: Buffer.from(bytes).toString('base64url') }, format: 'jwk' });

/** A label of 8 letters, or a counter, right-aligned in 12 bytes. */
function nonceOf(value: string | number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  if (typeof value === 'string') nonce.write(value, 4, 'latin1');
  else nonce.writeBigUInt64LE(BigInt(value), 4);
  return nonce;
}
