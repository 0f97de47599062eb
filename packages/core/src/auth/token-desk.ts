// Tokens that exist: listed, made for machines and for media addresses, and ended.
import type { KeyObject } from 'node:crypto';
import type { MediaToken, MediaTokenRequest, TokenInfo, TokenInput } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { MachineTokenRecord, TokenRecord } from '../model/account.ts';
import { isEnough, type Principal } from '../model/permission.ts';
import { isoTime, wallMs } from '../model/time.ts';
import type { AccountParts, PeerAddress } from './account-parts.ts';
import { checkCameras, checkDays, checkTokenName, tidyCameras } from './account-rules.ts';
import { auditName, viewToken } from './account-views.ts';
import { type Action, authorize } from './authorize.ts';
import { createMachineToken, randomId } from './machine-token.ts';

/** How long a media token is good for at most, and unless something else is said. */
export const MEDIA_SECONDS = 300;
/** Machines' tokens there can be. */
const MOST_MACHINE_TOKENS = 1000;
const DAY_MS = 86_400_000;

/** What the desk for tokens is made with. */
export interface TokenDeskParts extends AccountParts {
  readonly key: () => Promise<KeyObject>;
  readonly mediaActions: () => Promise<readonly Action[]>;
}

/** The desk for tokens. */
export class TokenDesk {
  readonly #parts: TokenDeskParts;

  constructor(parts: TokenDeskParts) {
    this.#parts = parts;
  }

  async list(principal: Principal): Promise<readonly TokenInfo[]> {
    const { database, tokens, clock } = this.#parts;
    const all = await database.read(() => tokens.list());
    const maySeeAll = isEnough(principal.permissions.system, 'view');
    const nowMs = clock.wall();
    return all
      .filter((token) => maySeeAll || isOwn(token, principal))
      .filter(({ kind, expiresMs }) => kind === 'api' || expiresMs === null || expiresMs > nowMs)
      .map((token) => viewToken(token, principal));
  }

  async create(
    { name, role = 'viewer', cameras = null, expiresInDays }: TokenInput,
    by: Principal,
    { address }: PeerAddress,
  ): Promise<{ readonly token: string; readonly info: TokenInfo }> {
    const { database, tokens, clock, trail } = this.#parts;
    checkTokenName(name);
    checkCameras(cameras);
    if (expiresInDays !== undefined) checkDays(expiresInDays);
    const machines = (await database.read(() => tokens.list())).filter(({ kind }) => kind === 'api');
    if (machines.length >= MOST_MACHINE_TOKENS)
      throw new RecorderError('INPUT_INVALID', `there are ${MOST_MACHINE_TOKENS} tokens for machines already, which is the most there can be`);
    const { token, id, secretHash } = createMachineToken();
    const nowMs = clock.wall();
    const record: MachineTokenRecord = {
      kind: 'api',
      id,
      name,
      secretHash,
      role,
      cameras: tidyCameras(cameras),
      createdBy: auditName(by),
      createdMs: nowMs,
      expiresMs: expiresInDays === undefined ? null : wallMs(nowMs + expiresInDays * DAY_MS),
      lastUsedMs: null,
    };
    await database.run(() => tokens.add(record));
    const limits = `${record.cameras === null ? '' : `, cameras ${record.cameras.join(' ')}`}${expiresInDays === undefined ? '' : `, ${expiresInDays} days`}`;
    trail.record({ kind: 'token-created', name: auditName(by), address, detail: `machine's token ${id} (${name}), role ${role}${limits}` });
    return { token, info: viewToken(record, by) };
  }

  async createMediaToken(principal: Principal, { cameraId, operations, expiresInSeconds = MEDIA_SECONDS }: MediaTokenRequest): Promise<MediaToken> {
    const { clock, mediaActions, key } = this.#parts;
    const { tokenId, scope, name } = principal;
    if (scope !== undefined || tokenId === undefined) throw new RecorderError('NOT_ALLOWED', 'a media token needs a login to be made with');
    if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > MEDIA_SECONDS)
      throw new RecorderError('INPUT_INVALID', `a media token is good for 1 to ${MEDIA_SECONDS} whole seconds`);
    const actions = await mediaActions();
    for (const operation of operations) {
      const action = actions.find((each) => each.operation === operation);
      if (action === undefined) throw new RecorderError('INPUT_INVALID', `${JSON.stringify(operation.slice(0, 60))} is no operation that takes a media token`);
      authorize(principal, action, cameraId);
    }
    if (operations.length === 0) throw new RecorderError('INPUT_INVALID', 'a media token is for at least one operation');
    const { signToken } = await import('./jwt.ts');
    const now = Math.floor(clock.wall() / 1000);
    const expires = now + expiresInSeconds;
    const claims = { type: 'media', subject: name, tokenId, id: randomId(), scope: { cameraId, operations: [...new Set(operations)] } } as const;
    return { token: await signToken(claims, await key(), { now, expires }), expiresAt: isoTime(wallMs(expires * 1000)) };
  }

  async revoke(
    principal: Principal,
    { id, all = false, user }: { readonly id?: string; readonly all?: boolean; readonly user?: string },
    { address }: PeerAddress,
  ): Promise<void> {
    if (principal.scope !== undefined) throw new RecorderError('NOT_ALLOWED', 'a media token ends nothing');
    const ended = all ? await this.#endAll(principal, user) : await this.#endOne(principal, id ?? principal.tokenId, address);
    this.#parts.trail.record({ kind: 'revoked', name: auditName(principal), address, detail: ended });
  }

  async #endAll(principal: Principal, user: string | undefined): Promise<string> {
    const { database, users, tokens } = this.#parts;
    if (user === undefined && principal.machine === true)
      throw new RecorderError('INPUT_INVALID', "a machine's token has no logins; say of which user they are to end");
    const isOthers = user !== undefined && (principal.machine === true || user.toLowerCase() !== principal.name.toLowerCase());
    if (isOthers && !isEnough(principal.permissions.system, 'edit'))
      throw new RecorderError('NOT_ALLOWED', `${principal.name} lacks the permission system: edit`);
    const name = user ?? principal.name;
    if ((await database.read(() => users.get(name))) === undefined)
      throw new RecorderError('USER_NOT_FOUND', `there is no account ${JSON.stringify(name.slice(0, 60))}`);
    const count = await database.run(() => tokens.delete({ loginsOf: name }));
    return `every login of ${name} (${count})`;
  }

  async #endOne(principal: Principal, id: string | undefined, address: string): Promise<string> {
    const { database, tokens, trail } = this.#parts;
    const found = id === undefined ? undefined : await database.read(() => tokens.find(id));
    // Whose it is says nothing to somebody who may not end it.
    const isKnown = found !== undefined && (isOwn(found.token, principal) || isEnough(principal.permissions.system, 'edit'));
    if (found !== undefined && !isKnown)
      trail.record({ kind: 'not-allowed', name: auditName(principal), address, detail: `revokeLogin: ${tokenText(found.token)} is somebody else's` });
    if (!isKnown || (await database.run(() => tokens.delete({ id: found.token.id }))) === 0)
      throw new RecorderError('TOKEN_NOT_FOUND', id === undefined ? 'there is no token to end' : `there is no token ${JSON.stringify(id.slice(0, 60))}`);
    return tokenText(found.token);
  }
}

const tokenText = (token: TokenRecord): string =>
  token.kind === 'login' ? `login ${token.id} of ${token.user}` : `machine's token ${token.id} (${token.name})`;

const isOwn = (token: TokenRecord, { name, machine, tokenId }: Principal): boolean =>
  token.id === tokenId || (token.kind === 'login' && machine !== true && token.user.toLowerCase() === name.toLowerCase());
