// Accounts, tokens and what they allow.

/** How much somebody may do with one kind of thing. */
export type Access = 'none' | 'view' | 'edit';

/** ZoneMinder's permission columns: live pictures, events, control (triggers, PTZ), cameras' settings, and the system itself. */
export type PermissionArea = 'stream' | 'events' | 'control' | 'monitors' | 'system';

/** What somebody may do. */
export type Permissions = Readonly<Record<PermissionArea, Access>>;

/** Permissions by name. */
export type RoleName = 'admin' | 'operator' | 'viewer';

/** An account. */
export interface User {
  readonly name: string;
  readonly role: RoleName;
  /** The role's, where the account has none of its own. */
  readonly permissions: Permissions;
  /** Cameras it is limited to; null: all. */
  readonly cameras: readonly string[] | null;
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly lastLoginAt?: string;
}

/** A new account. */
export interface UserInput {
  readonly name: string;
  readonly password: string;
  readonly role?: RoleName;
  readonly permissions?: Partial<Permissions>;
  readonly cameras?: readonly string[] | null;
}

/** What to change of an account. */
export interface UserChanges {
  readonly password?: string;
  readonly role?: RoleName;
  /** null: the role's again. */
  readonly permissions?: Partial<Permissions> | null;
  readonly cameras?: readonly string[] | null;
  readonly enabled?: boolean;
}

/** Another password for whoever is logged in; every login of the account ends. */
export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** What a login gives. */
export interface LoginTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Until the access token expires. */
  readonly expiresInSeconds: number;
}

/** A token that can be revoked: a login, or one for a machine. The token itself is shown once, when it is made. */
export interface TokenInfo {
  readonly id: string;
  readonly kind: 'login' | 'api';
  /** Of a machine's token. */
  readonly name?: string;
  readonly user?: string;
  readonly role?: RoleName;
  /** Cameras a machine's token is limited to; null: all. */
  readonly cameras?: readonly string[] | null;
  /** Who made a machine's token. */
  readonly createdBy?: string;
  /** Where a login came from. */
  readonly address?: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
  readonly createdAt: string;
  /** Absent: never. */
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
}

/** A new token for a machine. */
export interface TokenInput {
  readonly name: string;
  readonly role?: RoleName;
  readonly cameras?: readonly string[] | null;
  readonly expiresInDays?: number;
}

/** What a media token is for. */
export interface MediaTokenRequest {
  readonly cameraId: string;
  /** Operations by their id in the OpenAPI description, for instance `getSnapshot`. */
  readonly operations: readonly string[];
  /** At most 300, the default. */
  readonly expiresInSeconds?: number;
}

/** A token for `?token=` of media addresses. */
export interface MediaToken {
  readonly token: string;
  readonly expiresAt: string;
}

/** Who asks, and what they may do. */
export interface Me {
  /** The account, or the name of the machine's token. */
  readonly name: string;
  readonly kind: 'account' | 'machine';
  readonly permissions: Permissions;
  readonly cameras: readonly string[] | null;
  /** The login or machine's token that was used. */
  readonly tokenId?: string;
}

/** Something that happened to accounts or tokens. */
export interface AuditRecord {
  readonly id: number;
  readonly at: string;
  readonly kind: 'login' | 'login-failed' | 'token-refused' | 'not-allowed' | 'revoked' | 'user-created' | 'user-changed' | 'user-deleted' | 'token-created';
  /** Whoever did or tried it; absent where that is not certain. */
  readonly name?: string;
  readonly address: string;
  readonly detail: string;
  /** How many of the same this stands for. */
  readonly count: number;
}

/** Part of the audit log, newest first. */
export interface AuditPage {
  readonly entries: readonly AuditRecord[];
  /** For the next page; absent at the end. */
  readonly nextBefore?: number;
}
