// Which area a new event goes to.
import type { AreaId } from '../model/ids.ts';
import type { AreaStatus } from './area.ts';
import { floorBytes } from './area.ts';

/** An area that can be written to. */
export type UsableArea = Extract<AreaStatus, { readonly usable: true }>;

/** Room above the floor, in bytes; negative once the floor is broken. */
export const roomAboveFloor = ({ area, space }: UsableArea): number => space.freeBytes - floorBytes(area.minFree, space.totalBytes);

/**
 * The camera's own area where it is usable, else the usable one with the most room above its floor, else none.
 * A full area is still chosen when it is the camera's: retention makes room there.
 *
 * @param preferred - The area the camera is configured for; absent: it has none.
 */
export const planArea = (statuses: readonly AreaStatus[], preferred?: AreaId): UsableArea | undefined => {
  const usable = statuses.filter((status): status is UsableArea => status.usable);
  const own = usable.find((status) => status.area.id === preferred);
  if (own) return own;
  return usable.reduce<UsableArea | undefined>(
    (best, status) => (best === undefined || roomAboveFloor(status) > roomAboveFloor(best) ? status : best),
    undefined,
  );
};
