// Accounts, tokens and the audit log as the API shows them, and who a token makes of somebody.
import type { AuditRecord, TokenInfo, User } from '@nightjar/client';
import { type AuditEntry, type MachineTokenRecord, permissionsOf, type TokenRecord, type UserRecord } from '../model/account.ts';
import { type MediaScope, type Principal, ROLES } from '../model/permission.ts';
import { isoTime } from '../model/time.ts';
import type { FoundToken } from '../ports/account-store.ts';

/** An account, without its password's hash. */
export const viewUser = (user: UserRecord): User => ({
  name: user.name,
  role: user.role,
  permissions: permissionsOf(user),
  cameras: user.cameras,
  enabled: user.enabled,
  createdAt: isoTime(user.createdMs),
  ...(user.lastLoginMs === null ? {} : { lastLoginAt: isoTime(user.lastLoginMs) }),
});

/** A token, without what proves it. */
export const viewToken = (token: TokenRecord, by: Principal): TokenInfo => ({
  id: token.id,
  kind: token.kind,
  ...(token.kind === 'login'
    ? { user: token.user, address: token.address }
    : { name: token.name, role: token.role, cameras: token.cameras, createdBy: token.createdBy }),
  current: token.id === by.tokenId,
  createdAt: isoTime(token.createdMs),
  ...(token.expiresMs === null ? {} : { expiresAt: isoTime(token.expiresMs) }),
  ...(token.lastUsedMs === null ? {} : { lastUsedAt: isoTime(token.lastUsedMs) }),
});

/** An entry of the audit log. */
export const viewAuditEntry = ({ id, atMs, kind, name, address, detail, count }: AuditEntry): AuditRecord => ({
  id,
  at: isoTime(atMs),
  kind,
  ...(name === null ? {} : { name }),
  address,
  detail,
  count,
});

/** Who somebody is in the audit log: names of machines must not be taken for accounts. */
export const auditName = ({ name, machine, tokenId }: Principal): string => (machine === true && tokenId !== undefined ? `token ${name}` : name);

/** Who a machine's token stands for. */
export const machineOf = ({ id, name, role, cameras }: MachineTokenRecord): Principal => ({
  name,
  machine: true,
  permissions: ROLES[role],
  cameras,
  tokenId: id,
});

/** Who came with a token that is good. */
export function principalOf({ token, user }: FoundToken, scope?: MediaScope): Principal | undefined {
  const shared = { tokenId: token.id, ...(scope === undefined ? {} : { scope }) };
  if (token.kind === 'api') return { ...machineOf(token), ...shared };
  return user && { name: user.name, permissions: permissionsOf(user), cameras: user.cameras, ...shared };
}
