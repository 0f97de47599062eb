// Tokens for machines: `njt_`, an id that may be shown, and 256 random bits of which only a hash is kept.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How every token for a machine begins, so that scanners of repositories and logs recognise one. */
export const MACHINE_TOKEN_PREFIX = 'njt_';

const SECRET_BYTES = 32;
const FORM = /^njt_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** A new id of a login, a token or a refresh token. */
export const randomId = (): string => randomBytes(8).toString('hex');

/** Makes a token. What is random needs no slow hash: there is nothing to guess. */
export function createMachineToken(): { readonly token: string; readonly id: string; readonly secretHash: string } {
  const [id, secret] = [randomId(), randomBytes(SECRET_BYTES).toString('base64url')];
  return { token: `${MACHINE_TOKEN_PREFIX}${id}_${secret}`, id, secretHash: hashOf(secret) };
}

/** The parts of a token; `undefined` where it has another form. */
export function parseMachineToken(token: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = FORM.exec(token) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** Whether a secret is the one that was hashed. */
export function isSecret(secret: string, secretHash: string): boolean {
  const [given, kept] = [Buffer.from(hashOf(secret), 'hex'), Buffer.from(secretHash, 'hex')];
  return given.length === kept.length && timingSafeEqual(given, kept);
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
