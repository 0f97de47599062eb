// The one place that says no: whether somebody may do something, and with which cameras. Pure.
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraId } from '../model/ids.ts';
import { type Access, isEnough, type PermissionArea, type Principal } from '../model/permission.ts';

/** What is to be done. */
export interface Action {
  /** Id of the operation. */
  readonly operation: string;
  readonly area: PermissionArea;
  readonly access: Exclude<Access, 'none'>;
  /** What of the input needs it, where the operation alone does not. */
  readonly why?: string;
}

/**
 * Lets somebody do something, or does not.
 *
 * @param principal - Absent: nobody is logged in.
 * @param cameraId - The camera it is done with; absent for what concerns no single camera.
 * @throws RecorderError `NOT_LOGGED_IN`, `NOT_ALLOWED`. That a camera does not exist is nothing that somebody limited to others learns.
 */
export function authorize(principal: Principal | undefined, action: Action, cameraId?: CameraId): asserts principal is Principal {
  if (principal === undefined) throw new RecorderError('NOT_LOGGED_IN', 'log in first');
  const { scope } = principal;
  if (scope !== undefined && (!scope.operations.includes(action.operation) || (cameraId !== undefined && cameraId !== scope.cameraId)))
    throw new RecorderError('NOT_ALLOWED', 'the token is for something else');
  if (!isEnough(principal.permissions[action.area], action.access))
    throw new RecorderError(
      'NOT_ALLOWED',
      `${principal.name} lacks the permission ${action.area}: ${action.access}${action.why === undefined ? '' : `, which ${action.why} needs`}`,
    );
  if (cameraId !== undefined && !maySee(principal, cameraId)) throw new RecorderError('NOT_ALLOWED', `${principal.name} may not use camera ${cameraId}`);
}

/** Lets anybody who is logged in. @throws RecorderError `NOT_LOGGED_IN`, or `NOT_ALLOWED` for a media token. */
export function requireAccount(principal: Principal | undefined): asserts principal is Principal {
  if (principal === undefined) throw new RecorderError('NOT_LOGGED_IN', 'log in first');
  if (principal.scope !== undefined) throw new RecorderError('NOT_ALLOWED', 'a media token is no login');
}

/** Whether a camera is none of those somebody is kept from. */
export const maySee = ({ cameras, scope }: Principal, cameraId: CameraId): boolean =>
  (cameras === null || cameras.includes(cameraId)) && (scope === undefined || scope.cameraId === cameraId);

/** Lets whoever is limited to no cameras. @throws RecorderError `NOT_LOGGED_IN`, `NOT_ALLOWED`. */
export function requireAllCameras(principal: Principal | undefined): asserts principal is Principal {
  requireAccount(principal);
  if (principal.cameras !== null)
    throw new RecorderError('NOT_ALLOWED', `${principal.name} is limited to some cameras, and this is for accounts of all cameras`);
}

/** A filter that lists only what somebody may see: of the cameras they ask for, those that are theirs. */
export const withinLimits = <F extends { readonly cameras?: readonly CameraId[] | undefined }>(principal: Principal | undefined, filter: F): F => {
  const visible = principal && visibleCameras(principal);
  return visible === undefined ? filter : { ...filter, cameras: filter.cameras?.filter((id) => visible.includes(id)) ?? visible };
};

/** The cameras somebody is limited to; `undefined`: all. */
export const visibleCameras = ({ cameras, scope }: Principal): readonly CameraId[] | undefined => {
  if (scope !== undefined) return cameras === null || cameras.includes(scope.cameraId) ? [scope.cameraId] : [];
  return cameras ?? undefined;
};
