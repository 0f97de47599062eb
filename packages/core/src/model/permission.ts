// What somebody may do: ZoneMinder's five columns, roles made of them, and limits to cameras.
import type { Access, PermissionArea, Permissions, RoleName } from '@nightjar/client';
import type { CameraId } from './ids.ts';

export type { Access, PermissionArea, Permissions, RoleName };

/** Every area, in the order people see them. */
export const PERMISSION_AREAS: readonly PermissionArea[] = ['stream', 'events', 'control', 'monitors', 'system'];

/** What each role may do. */
export const ROLES: Readonly<Record<RoleName, Permissions>> = {
  admin: { stream: 'edit', events: 'edit', control: 'edit', monitors: 'edit', system: 'edit' },
  operator: { stream: 'view', events: 'edit', control: 'edit', monitors: 'view', system: 'view' },
  viewer: { stream: 'view', events: 'view', control: 'none', monitors: 'view', system: 'none' },
};

/** What a media token is good for: some operations on one camera. */
export interface MediaScope {
  readonly cameraId: CameraId;
  /** Ids of operations. */
  readonly operations: readonly string[];
}

/** Who asks. */
export interface Principal {
  /** The account, or the name of the machine's token. */
  readonly name: string;
  readonly permissions: Permissions;
  /** Cameras it is limited to; `null`: all. */
  readonly cameras: readonly CameraId[] | null;
  /** Only of a media token: nothing but this. */
  readonly scope?: MediaScope;
  /** A machine's token, or the command line: no account stands behind the name. */
  readonly machine?: true;
  /** The login or machine's token it came with. */
  readonly tokenId?: string;
}

const LEVELS: Readonly<Record<Access, number>> = { none: 0, view: 1, edit: 2 };

/** Whether `has` is enough for `needs`. */
export const isEnough = (has: Access, needs: Access): boolean => LEVELS[has] >= LEVELS[needs];
