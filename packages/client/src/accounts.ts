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
