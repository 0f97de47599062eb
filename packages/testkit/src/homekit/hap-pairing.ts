// How a controller and an accessory come to trust each other: pair-setup and pair-verify (HAP-R2 §5.6, §5.7).
import { diffieHellman, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign, verify } from 'node:crypto';
import srp from 'fast-srp-hap';
import type { HapConnection, SessionKeys } from './hap-connection.ts';
import { deriveKey, publicBytes, publicKey, seal, unseal } from './hap-crypto.ts';
import { decodeTlv, encodeTlv, type Tlv, type TlvItem } from './tlv8.ts';

const { SRP, SrpClient } = srp;
const METHOD = 0;
const IDENTIFIER = 1;
const SALT = 2;
const PUBLIC_KEY = 3;
const PROOF = 4;
const ENCRYPTED = 5;
const STATE = 6;
const ERROR = 7;
const SIGNATURE = 10;
const REMOVE_PAIRING = 4;
const WITHIN_MS = 10_000;
const ERROR_NAMES: Readonly<Record<number, string>> = {
  1: 'unknown',
  2: 'authentication',
  3: 'back off',
  4: 'too many peers',
  5: 'too many tries',
  6: 'unavailable, it is paired already',
  7: 'busy',
};

/** More than the 32 that SRP wants: the library complains of those that begin with zeros. */
const SRP_SECRET_BYTES = 64;

/** What both sides keep of a pairing. */
export interface Pairing {
  /** The controller's. */
  readonly id: string;
  readonly key: KeyObject;
  readonly accessoryId: string;
  readonly accessoryKey: KeyObject;
}

/** An answer of pairing that is an error; `code` as in HAP-R2 table 5-5. */
export class PairingError extends Error {
  readonly code: number;

  constructor(step: string, code: number) {
    super(`${step} was refused: error ${code} (${ERROR_NAMES[code] ?? 'unknown'})`);
    this.name = 'PairingError';
    this.code = code;
  }
}

/**
 * Pairs as the first controller.
 *
 * @param setupCode - As `031-45-154`.
 * @throws PairingError where the accessory refuses, for instance with 6 where it is paired already.
 */
export async function setUpPairing(connection: HapConnection, setupCode: string): Promise<Pairing> {
  const exchange = (...items: readonly TlvItem[]) => exchangeTlv(connection, '/pair-setup', encodeTlv(...items));
  const start = await exchange([STATE, 1], [METHOD, 0]);
  const client = new SrpClient(SRP.params.hap, start.bytes(SALT), Buffer.from('Pair-Setup'), Buffer.from(setupCode), randomBytes(SRP_SECRET_BYTES));
  client.setB(start.bytes(PUBLIC_KEY));
  const proof = await exchange([STATE, 3], [PUBLIC_KEY, client.computeA()], [PROOF, client.computeM1()]);
  client.checkM2(proof.bytes(PROOF));
  const secret = client.computeK();
  const sealKey = deriveKey(secret, 'Pair-Setup-Encrypt-Salt', 'Pair-Setup-Encrypt-Info');

  const keys = generateKeyPairSync('ed25519');
  const id = randomUUID().toUpperCase();
  const ownKey = publicBytes(keys.publicKey);
  const info = Buffer.concat([deriveKey(secret, 'Pair-Setup-Controller-Sign-Salt', 'Pair-Setup-Controller-Sign-Info'), Buffer.from(id), ownKey]);
  const own = encodeTlv([IDENTIFIER, id], [PUBLIC_KEY, ownKey], [SIGNATURE, sign(null, info, keys.privateKey)]);
  const answer = await exchange([STATE, 5], [ENCRYPTED, seal(sealKey, 'PS-Msg05', own)]);

  const accessory = decodeTlv(unseal(sealKey, 'PS-Msg06', answer.bytes(ENCRYPTED)));
  const accessoryKey = publicKey('Ed25519', accessory.bytes(PUBLIC_KEY));
  const accessoryInfo = Buffer.concat([
    deriveKey(secret, 'Pair-Setup-Accessory-Sign-Salt', 'Pair-Setup-Accessory-Sign-Info'),
    accessory.bytes(IDENTIFIER),
    accessory.bytes(PUBLIC_KEY),
  ]);
  if (!verify(null, accessoryInfo, accessoryKey, accessory.bytes(SIGNATURE))) throw new Error('the accessory signed pair-setup wrongly');
  return { id, key: keys.privateKey, accessoryId: accessory.text(IDENTIFIER), accessoryKey };
}

/** Proves both ends' identity on a new connection. @returns The secret both share on it, and the keys made of it. */
export async function verifyPairing(connection: HapConnection, pairing: Pairing): Promise<{ readonly sharedSecret: Buffer; readonly keys: SessionKeys }> {
  const own = generateKeyPairSync('x25519');
  const ownKey = publicBytes(own.publicKey);
  const start = await exchangeTlv(connection, '/pair-verify', encodeTlv([STATE, 1], [PUBLIC_KEY, ownKey]));
  const theirKey = start.bytes(PUBLIC_KEY);
  const sharedSecret = diffieHellman({ privateKey: own.privateKey, publicKey: publicKey('X25519', theirKey) });
  const sealKey = deriveKey(sharedSecret, 'Pair-Verify-Encrypt-Salt', 'Pair-Verify-Encrypt-Info');
  const accessory = decodeTlv(unseal(sealKey, 'PV-Msg02', start.bytes(ENCRYPTED)));
  const theirInfo = Buffer.concat([theirKey, accessory.bytes(IDENTIFIER), ownKey]);
  if (!verify(null, theirInfo, pairing.accessoryKey, accessory.bytes(SIGNATURE))) throw new Error('another accessory answers than the paired one');
  const ownInfo = Buffer.concat([ownKey, Buffer.from(pairing.id), theirKey]);
  const proof = encodeTlv([IDENTIFIER, pairing.id], [SIGNATURE, sign(null, ownInfo, pairing.key)]);
  await exchangeTlv(connection, '/pair-verify', encodeTlv([STATE, 3], [ENCRYPTED, seal(sealKey, 'PV-Msg03', proof)]));
  const keyOf = (name: string) => deriveKey(sharedSecret, 'Control-Salt', `Control-${name}-Encryption-Key`);
  return { sharedSecret, keys: { read: keyOf('Read'), write: keyOf('Write') } };
}

/** Takes a controller off the accessory; of the last administrator that resets it. */
export async function removePairing(connection: HapConnection, controllerId: string): Promise<void> {
  await exchangeTlv(connection, '/pairings', encodeTlv([STATE, 1], [METHOD, REMOVE_PAIRING], [IDENTIFIER, controllerId]));
}

async function exchangeTlv(connection: HapConnection, path: string, body: Buffer): Promise<Tlv> {
  const { body: answer } = await connection.request('POST', path, body, 'application/pairing+tlv8', WITHIN_MS);
  const tlv = decodeTlv(answer);
  if (tlv.find(ERROR) !== undefined) throw new PairingError(path, tlv.number(ERROR));
  return tlv;
}
