// What of the change feed somebody hears: changes of cameras they may see, as far as they may see such things at all.
import type { Change } from '@nightjar/client';
import { maySee, visibleCameras } from '../auth/authorize.ts';
import { isEnough, type PermissionArea, type Principal } from '../model/permission.ts';

/** Whom a change is for. */
interface Audience {
  readonly area: PermissionArea;
  /** The camera it tells of; absent: it tells of the recorder. */
  readonly cameraId?: string;
  /** It counts all cameras. */
  readonly concernsAll?: boolean;
}

function audienceOf(change: Change): Audience {
  switch (change.type) {
    case 'camera.changed':
    case 'camera.removed':
      return { area: 'monitors', cameraId: change.data.id };
    case 'motion.changed':
      return { area: 'monitors', cameraId: change.data.cameraId };
    case 'event.opened':
    case 'event.updated':
    case 'event.closed':
    case 'event.ready':
    case 'event.deleted':
    case 'export.changed':
    case 'export.deleted':
      return { area: 'events', cameraId: change.data.cameraId };
    case 'controls.changed':
      return { area: 'control' };
    case 'trigger.received':
      return { area: 'control', cameraId: change.data.cameraId };
    case 'alert.raised':
    case 'alert.cleared':
      return change.data.cameraId === undefined ? { area: 'system' } : { area: 'monitors', cameraId: change.data.cameraId };
    default:
      return { area: 'system', concernsAll: true };
  }
}

/** The change as somebody may hear it; `undefined` where they may not. Settings of cameras are not told: they are asked for. */
export function changeFor(principal: Principal, change: Change): Change | undefined {
  const { area, cameraId, concernsAll = false } = audienceOf(change);
  if (!isEnough(principal.permissions[area], 'view')) return undefined;
  if (cameraId !== undefined && !maySee(principal, cameraId)) return undefined;
  if (concernsAll && visibleCameras(principal) !== undefined) return undefined;
  if (change.type !== 'camera.changed' || change.data.settings === undefined) return change;
  const { settings: _, ...camera } = change.data;
  return { ...change, data: camera };
}
