// Accounts, what proves them, and what is remembered of both, as they are kept: never a password, never a token.
import type { CameraId } from './ids.ts';
import { type Permissions, ROLES, type RoleName } from './permission.ts';
import type { WallMs } from './time.ts';

/** What an account's name looks like; two that differ only in case are one. */
export const USER_NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._@-]{0,47}$';

/** Characters of a password, at least and at most. */
export const PASSWORD_LENGTH = { least: 8, most: 256 } as const;

/** What the name of a machine's token looks like. */
export const TOKEN_NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,47}$';

/** An account. */
export interface UserRecord {
  readonly name: string;
  /** Of `PasswordHasher`. */
  readonly passwordHash: string;
  readonly role: RoleName;
  /** What differs from the role; null: nothing. */
  readonly permissions: Partial<Permissions> | null;
  /** Cameras it is limited to; null: all. */
  readonly cameras: readonly CameraId[] | null;
  readonly enabled: boolean;
  readonly createdMs: WallMs;
  readonly lastLoginMs: WallMs | null;
  /** Random; another one with every password. Logins that were made under an older one are void. */
  readonly stamp: string;
  /** Grows with every change; whoever changes an account says which one was seen. */
  readonly revision: number;
}

/** A login: its access tokens, its refresh token and its media tokens live as long as this. */
export interface LoginRecord {
  readonly kind: 'login';
  readonly id: string;
  readonly user: string;
  /** The account's when the login was made. */
  readonly stamp: string;
  /** The one refresh token that is good. */
  readonly refreshId: string;
  /** Where it came from. */
  readonly address: string;
  readonly createdMs: WallMs;
  readonly expiresMs: WallMs;
  readonly lastUsedMs: WallMs | null;
}

/** A token for a machine. */
export interface MachineTokenRecord {
  readonly kind: 'api';
  readonly id: string;
  readonly name: string;
  /** SHA-256 in hex of the random part. */
  readonly secretHash: string;
  readonly role: RoleName;
  readonly cameras: readonly CameraId[] | null;
  /** Who made it. */
  readonly createdBy: string;
  readonly createdMs: WallMs;
  /** null: never. */
  readonly expiresMs: WallMs | null;
  readonly lastUsedMs: WallMs | null;
}

/** What proves who somebody is. */
export type TokenRecord = LoginRecord | MachineTokenRecord;

/** What is written into the audit log. */
export type AuditKind =
  | 'login'
  | 'login-failed'
  | 'token-refused'
  | 'not-allowed'
  | 'revoked'
  | 'user-created'
  | 'user-changed'
  | 'user-deleted'
  | 'token-created';

/** What strangers can cause as often as they like. */
export const REFUSALS: readonly AuditKind[] = ['login-failed', 'token-refused', 'not-allowed'];

/** Whether a refusal is a failed login of an account that exists: what strangers can cause otherwise must never hide it. */
export const isFailedLogin = ({ kind, name }: Pick<AuditFact, 'kind' | 'name'>): boolean => kind === 'login-failed' && name !== null;

/** Something that happened to accounts or tokens. */
export interface AuditFact {
  readonly atMs: WallMs;
  readonly kind: AuditKind;
  /** Whoever did or tried it, where that is certain; null: somebody unknown. */
  readonly name: string | null;
  readonly address: string;
  /** One sentence; never a password or token. */
  readonly detail: string;
  /** How many of the same this stands for. */
  readonly count: number;
}

/** A fact with its number. */
export interface AuditEntry extends AuditFact {
  /** Grows by time of writing. */
  readonly id: number;
}

/** What an account may do: its role's permissions, and what differs from them. */
export const permissionsOf = ({ role, permissions }: Pick<UserRecord, 'role' | 'permissions'>): Permissions => ({ ...ROLES[role], ...permissions });

/** Whether an account keeps the recorder in somebody's hands: it may change the system, and may log in. */
export const isAdmin = (user: Pick<UserRecord, 'role' | 'permissions' | 'enabled'>): boolean => user.enabled && permissionsOf(user).system === 'edit';
