// From a token to whom it stands for. The row of its login or machine is read on every use, so that what was ended is over at once,
// whichever process ended it.
import type { KeyObject } from 'node:crypto';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Principal } from '../model/permission.ts';
import type { FoundToken } from '../ports/account-store.ts';
import type { AccountParts, PeerAddress } from './account-parts.ts';
import { principalOf } from './account-views.ts';
import type { Claims, TokenType } from './jwt.ts';
import { isSecret, MACHINE_TOKEN_PREFIX, parseMachineToken } from './machine-token.ts';

/** When a token was used last is written at most so often: SD cards wear. */
const TOUCH_EVERY_MS = 300_000;

/** What the reader is made with. */
export interface TokenReaderParts extends AccountParts {
  readonly key: () => Promise<KeyObject>;
}

/** Reads tokens, and takes down which it refused. */
export class TokenReader {
  readonly #parts: TokenReaderParts;

  constructor(parts: TokenReaderParts) {
    this.#parts = parts;
  }

  /** @throws RecorderError `NOT_LOGGED_IN`. */
  async identify(token: string, peer: PeerAddress): Promise<Principal> {
    const isMachine = token.startsWith(MACHINE_TOKEN_PREFIX);
    const { found, scope } = isMachine ? { found: await this.#readMachine(token, peer), scope: undefined } : await this.#readSigned(token, peer);
    const principal = principalOf(found, scope);
    if (principal === undefined) throw this.refuse('account is gone', { name: null, peer });
    this.#touch(found);
    return principal;
  }

  /** Who somebody is by now; `undefined` once the login or machine's token is over. Nothing is taken down: nobody tried anything. */
  async refreshed({ tokenId, scope }: Principal): Promise<Principal | undefined> {
    const { database, tokens } = this.#parts;
    if (tokenId === undefined) return undefined;
    const found = await database.read(() => tokens.find(tokenId));
    return found === undefined || this.#reasonAgainst(found) !== undefined ? undefined : principalOf(found, scope);
  }

  /** The claims of a signed token of one of `types`, and the row behind it. @throws RecorderError `NOT_LOGGED_IN`. */
  async read(token: string, types: readonly TokenType[], peer: PeerAddress): Promise<{ readonly claims: Claims; readonly found: FoundToken }> {
    const { key, clock, database, tokens } = this.#parts;
    const { readToken } = await import('./jwt.ts');
    const reading = await readToken(token, await key(), types, clock.wall());
    if ('refused' in reading) throw this.refuse(reading.refused, { name: reading.subject ?? null, peer });
    const { claims } = reading;
    const found = await database.read(() => tokens.find(claims.tokenId));
    const reason = this.#reasonAgainst(found);
    if (found === undefined || reason !== undefined) throw this.refuse(`${claims.type} token: ${reason ?? 'revoked'}`, { name: claims.subject, peer });
    return { claims, found };
  }

  /** Takes a refusal down. @returns What to throw. */
  refuse(reason: string, { name, peer }: { readonly name: string | null; readonly peer: PeerAddress }): RecorderError {
    this.#parts.trail.record({ kind: 'token-refused', name, address: peer.address, detail: reason });
    // Only its owner needs to tell "log in again" from "that is none".
    return new RecorderError('NOT_LOGGED_IN', reason === 'expired' ? 'the token has expired' : 'the token is not valid');
  }

  async #readSigned(token: string, peer: PeerAddress): Promise<{ readonly found: FoundToken; readonly scope: Claims['scope'] }> {
    const { claims, found } = await this.read(token, ['access', 'media'], peer);
    return { found, scope: claims.scope };
  }

  async #readMachine(token: string, peer: PeerAddress): Promise<FoundToken> {
    const { database, tokens } = this.#parts;
    const parsed = parseMachineToken(token);
    if (parsed === undefined) throw this.refuse("machine's token of a wrong form", { name: null, peer });
    const found = await database.read(() => tokens.find(parsed.id));
    // The id of a token that is none is whatever somebody typed.
    if (found?.token.kind !== 'api') throw this.refuse("machine's token: unknown or revoked", { name: null, peer });
    if (!isSecret(parsed.secret, found.token.secretHash)) throw this.refuse(`machine's token ${parsed.id}: wrong secret`, { name: null, peer });
    const reason = this.#reasonAgainst(found);
    if (reason !== undefined) throw this.refuse(reason, { name: `token ${found.token.name}`, peer });
    return found;
  }

  #reasonAgainst(found: FoundToken | undefined): string | undefined {
    if (found === undefined) return 'revoked';
    const { token, user } = found;
    if (token.expiresMs !== null && token.expiresMs <= this.#parts.clock.wall()) return 'expired';
    if (token.kind === 'api') return undefined;
    if (user === undefined) return 'account is gone';
    if (!user.enabled) return 'account is disabled';
    return user.stamp === token.stamp ? undefined : 'password was changed';
  }

  #touch({ token }: FoundToken): void {
    const { clock, tokens } = this.#parts;
    const nowMs = clock.wall();
    if (token.lastUsedMs !== null && Math.abs(nowMs - token.lastUsedMs) < TOUCH_EVERY_MS) return;
    // A busy database is no reason to wait for this.
    tokens.touch(token.id, nowMs).catch(() => undefined);
  }
}
