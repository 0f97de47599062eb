// Signed tokens through `jose`. Loaded when the first one is made or read: many households never log in.
import type { KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { MediaScope } from '../model/permission.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'nightjar';
/** Far longer than ours are. */
const LONGEST_TOKEN = 4096;

/** What a signed token is for; none is taken for another. */
export type TokenType = 'access' | 'refresh' | 'media';

/** What a signed token says. */
export interface Claims {
  readonly type: TokenType;
  /** The account; of a machine's media token, its name. */
  readonly subject: string;
  /** The login or machine's token it belongs to. */
  readonly tokenId: string;
  /** Its own id: a refresh token is known by it. */
  readonly id: string;
  /** Of a media token. */
  readonly scope?: MediaScope;
}

/** What was read: claims, or why not. `subject` only where the signature is ours. */
export type Reading = { readonly claims: Claims } | { readonly refused: string; readonly subject?: string };

/** Signs claims. Times are seconds since 1970, whole. */
export function signToken(
  { type, subject, tokenId, id, scope }: Claims,
  key: KeyObject,
  times: { readonly now: number; readonly expires: number },
): Promise<string> {
  return new SignJWT({ type, sid: tokenId, ...(scope === undefined ? {} : { cam: scope.cameraId, ops: scope.operations }) })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setSubject(subject)
    .setJti(id)
    .setIssuedAt(times.now)
    .setExpirationTime(times.expires)
    .sign(key);
}

/** Reads a token of one of `types`. */
export async function readToken(token: string, key: KeyObject, types: readonly TokenType[], nowMs: number): Promise<Reading> {
  if (token.length > LONGEST_TOKEN) return { refused: 'too long' };
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      requiredClaims: ['iss', 'sub', 'jti', 'iat', 'exp'],
      currentDate: new Date(nowMs),
    });
    const claims = claimsOf(payload);
    if (claims === undefined) return { refused: 'claims are missing' };
    if (!types.includes(claims.type)) return { refused: `${claims.type} token used as ${types[0]} token`, subject: claims.subject };
    return { claims };
  } catch (error) {
    return refusalOf(error);
  }
}

function claimsOf({ type, sub, sid, jti, cam, ops }: JWTPayload): Claims | undefined {
  if (typeof sub !== 'string' || typeof sid !== 'string' || typeof jti !== 'string') return undefined;
  if (type === 'access' || type === 'refresh') return { type, subject: sub, tokenId: sid, id: jti };
  if (type !== 'media' || typeof cam !== 'string' || !Array.isArray(ops) || !ops.every((each) => typeof each === 'string')) return undefined;
  return { type, subject: sub, tokenId: sid, id: jti, scope: { cameraId: cam, operations: ops } };
}

function refusalOf(error: unknown): Reading {
  if (error instanceof errors.JWTExpired) {
    const { sub } = error.payload;
    return { refused: 'expired', ...(typeof sub === 'string' ? { subject: sub } : {}) };
  }
  if (error instanceof errors.JWTClaimValidationFailed) return { refused: error.claim === 'iss' ? 'foreign issuer' : `claim ${error.claim} is wrong` };
  if (error instanceof errors.JOSEAlgNotAllowed) return { refused: 'algorithm is not HS256' };
  if (error instanceof errors.JWSSignatureVerificationFailed) return { refused: 'signature is not ours' };
  if (error instanceof errors.JOSEError) return { refused: 'no token of ours' };
  throw error;
}
