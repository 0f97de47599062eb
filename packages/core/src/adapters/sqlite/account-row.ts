// Rows of accounts and tokens, and back. What the tables' checks allow is what the model allows.
import { isAdmin, type LoginRecord, type MachineTokenRecord, type TokenRecord, type UserRecord } from '../../model/account.ts';
import type { CameraId } from '../../model/ids.ts';
import type { Permissions, RoleName } from '../../model/permission.ts';
import { type WallMs, wallMs } from '../../model/time.ts';
import type { TokensTable, UsersTable } from './schema.ts';

const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const parseOrNull = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));
const wholeMs = (time: WallMs | null): number | null => (time === null ? null : Math.round(time));
const timeOrNull = (ms: number | null): WallMs | null => (ms === null ? null : wallMs(ms));

/** The row that stores `user`. */
export const rowOfUser = (user: UserRecord): UsersTable => ({
  name: user.name,
  password_hash: user.passwordHash,
  role: user.role,
  permissions: jsonOrNull(user.permissions),
  cameras: jsonOrNull(user.cameras),
  enabled: Number(user.enabled),
  is_admin: Number(isAdmin(user)),
  created_ms: Math.round(user.createdMs),
  last_login_ms: wholeMs(user.lastLoginMs),
  stamp: user.stamp,
  revision: user.revision,
});

/** The account a row stores. */
export const parseUserRow = (row: UsersTable): UserRecord => ({
  name: row.name,
  passwordHash: row.password_hash,
  role: row.role as RoleName,
  permissions: parseOrNull<Partial<Permissions>>(row.permissions),
  cameras: parseOrNull<readonly CameraId[]>(row.cameras),
  enabled: row.enabled === 1,
  createdMs: wallMs(row.created_ms),
  lastLoginMs: timeOrNull(row.last_login_ms),
  stamp: row.stamp,
  revision: row.revision,
});

/** The row that stores `token`. */
export const rowOfToken = (token: TokenRecord): TokensTable => ({
  id: token.id,
  kind: token.kind,
  ...(token.kind === 'login' ? columnsOfLogin(token) : columnsOfMachine(token)),
  created_ms: Math.round(token.createdMs),
  expires_ms: wholeMs(token.expiresMs),
  last_used_ms: wholeMs(token.lastUsedMs),
});

type OwnColumns = Omit<TokensTable, 'id' | 'kind' | 'created_ms' | 'expires_ms' | 'last_used_ms'>;

const columnsOfLogin = ({ user, stamp, refreshId, address }: LoginRecord): OwnColumns => ({
  user,
  stamp,
  refresh_id: refreshId,
  address,
  name: null,
  secret_hash: null,
  role: null,
  cameras: null,
  created_by: null,
});

const columnsOfMachine = ({ name, secretHash, role, cameras, createdBy }: MachineTokenRecord): OwnColumns => ({
  name,
  secret_hash: secretHash,
  role,
  cameras: jsonOrNull(cameras),
  created_by: createdBy,
  user: null,
  stamp: null,
  refresh_id: null,
  address: null,
});

/** The token a row stores. */
export function parseTokenRow(row: TokensTable): TokenRecord {
  const times = { createdMs: wallMs(row.created_ms), lastUsedMs: timeOrNull(row.last_used_ms) };
  if (row.kind === 'login') {
    const { user, stamp, refresh_id: refreshId, address } = row;
    return {
      kind: 'login',
      id: row.id,
      user: user ?? '',
      stamp: stamp ?? '',
      refreshId: refreshId ?? '',
      address: address ?? '',
      expiresMs: wallMs(row.expires_ms ?? 0),
      ...times,
    };
  }
  return {
    kind: 'api',
    id: row.id,
    name: row.name ?? '',
    secretHash: row.secret_hash ?? '',
    role: row.role as RoleName,
    cameras: parseOrNull<readonly CameraId[]>(row.cameras),
    createdBy: row.created_by ?? '',
    expiresMs: timeOrNull(row.expires_ms),
    ...times,
  };
}
