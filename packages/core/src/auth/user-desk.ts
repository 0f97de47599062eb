// Accounts: who there is, and what changes of them. A change holds from the next request on, in every process.
import { randomBytes } from 'node:crypto';
import type { User, UserChanges, UserInput } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { UserRecord } from '../model/account.ts';
import type { Principal } from '../model/permission.ts';
import { MOST_USERS } from '../ports/account-store.ts';
import type { AccountParts, PeerAddress } from './account-parts.ts';
import { checkCameras, checkPassword, checkUserName, tidyCameras, tidyPermissions } from './account-rules.ts';
import { auditName, viewUser } from './account-views.ts';

/** How often a change is tried when others change the same account. */
const ATTEMPTS = 5;

/** Random; a login made under another one is void. */
const newStamp = (): string => randomBytes(12).toString('base64url');

/** The desk for accounts. */
export class UserDesk {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  async list(): Promise<readonly User[]> {
    const { database, users } = this.#parts;
    return (await database.read(() => users.list())).map(viewUser);
  }

  async get(name: string): Promise<User> {
    return viewUser(await this.#find(name));
  }

  async create({ name, password, role = 'viewer', permissions, cameras = null }: UserInput, by: Principal, { address }: PeerAddress): Promise<User> {
    const { database, users, hasher, clock, trail } = this.#parts;
    checkUserName(name);
    checkPassword(password, name);
    checkCameras(cameras);
    const known = await database.read(() => users.list());
    if (known.length >= MOST_USERS) throw new RecorderError('INPUT_INVALID', `there are ${MOST_USERS} accounts already, which is the most there can be`);
    // Looked at before the password is hashed, and again by the store.
    const taken = new RecorderError('USER_EXISTS', `there is an account ${name} already`);
    if (known.some((user) => user.name.toLowerCase() === name.toLowerCase())) throw taken;
    const user: UserRecord = {
      name,
      passwordHash: await hasher.hash(password),
      role,
      permissions: tidyPermissions(permissions ?? null),
      cameras: tidyCameras(cameras),
      enabled: true,
      createdMs: clock.wall(),
      lastLoginMs: null,
      stamp: newStamp(),
      revision: 1,
    };
    if (!(await database.run(() => users.add(user)))) throw taken;
    trail.record({ kind: 'user-created', name: auditName(by), address, detail: `account ${name}, role ${role}${limitText(user)}` });
    return viewUser(user);
  }

  async update(name: string, changes: UserChanges, by: Principal, { address }: PeerAddress): Promise<User> {
    const { database, users, tokens, trail } = this.#parts;
    if (changes.cameras !== undefined) checkCameras(changes.cameras);
    if (changes.password !== undefined) checkPassword(changes.password, name);
    const passwordHash = changes.password === undefined ? undefined : await this.#parts.hasher.hash(changes.password);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const user = await this.#find(name);
      const changed = changedUser(user, changes, passwordHash);
      const outcome = await database.run(() => users.replace(changed));
      if (outcome === 'stale') continue;
      if (outcome === 'last-admin') throw lastAdmin(user.name);
      // The stamp has voided them already; without their rows a list shows what there is.
      if (passwordHash !== undefined || !changed.enabled) await database.run(() => tokens.delete({ loginsOf: user.name }));
      trail.record({ kind: 'user-changed', name: auditName(by), address, detail: `account ${user.name}: ${changesText(changes, changed)}` });
      return viewUser(changed);
    }
    throw new RecorderError('DATABASE_BUSY', `the account ${name} is being changed by others; try again`);
  }

  async delete(name: string, by: Principal, { address }: PeerAddress): Promise<void> {
    const { database, users, trail } = this.#parts;
    const user = await this.#find(name);
    const outcome = await database.run(() => users.delete(user.name));
    if (outcome === 'unknown') throw unknown(name);
    if (outcome === 'last-admin') throw lastAdmin(user.name);
    trail.record({ kind: 'user-deleted', name: auditName(by), address, detail: `account ${user.name}` });
  }

  async #find(name: string): Promise<UserRecord> {
    const { database, users } = this.#parts;
    const user = await database.read(() => users.get(name));
    if (user === undefined) throw unknown(name);
    return user;
  }
}

const unknown = (name: string): RecorderError => new RecorderError('USER_NOT_FOUND', `there is no account ${JSON.stringify(name.slice(0, 60))}`);

const lastAdmin = (name: string): RecorderError => new RecorderError('LAST_ADMIN', `${name} is the last account that may administer the recorder`);

const changedUser = (user: UserRecord, { role, permissions, cameras, enabled }: UserChanges, passwordHash: string | undefined): UserRecord => ({
  ...user,
  ...(role === undefined ? {} : { role }),
  ...(permissions === undefined ? {} : { permissions: tidyPermissions(permissions) }),
  ...(cameras === undefined ? {} : { cameras: tidyCameras(cameras) }),
  ...(enabled === undefined ? {} : { enabled }),
  ...(passwordHash === undefined ? {} : { passwordHash, stamp: newStamp() }),
});

const limitText = ({ cameras }: Pick<UserRecord, 'cameras'>): string => (cameras === null ? '' : `, cameras ${cameras.join(' ')}`);

function changesText({ password, role, permissions, cameras, enabled }: UserChanges, changed: UserRecord): string {
  const texts = [
    password === undefined ? [] : ['another password'],
    role === undefined ? [] : [`role ${role}`],
    permissions === undefined ? [] : [`permissions ${JSON.stringify(changed.permissions ?? 'of the role')}`],
    cameras === undefined ? [] : [`cameras ${changed.cameras?.join(' ') ?? 'all'}`],
    enabled === undefined ? [] : [enabled ? 'enabled' : 'disabled'],
  ].flat();
  return texts.length === 0 ? 'nothing' : texts.join(', ');
}
