// A zone's polygon as a mask at analysis size.
import type { Point } from '../model/zone.ts';
import { BitPlane } from './bit-plane.ts';

/**
 * Rasterises a polygon: a pixel belongs to it if its centre lies inside (even-odd rule).
 *
 * @param polygon - Corners, 0…1; absent: the whole picture. A polygon thinner than a pixel may yield an empty mask.
 */
export const zoneMask = (polygon: readonly Point[] | undefined, width: number, height: number): BitPlane => {
  const mask = new BitPlane(width, height);
  if (polygon === undefined) {
    mask.fill();
    return mask;
  }
  for (let y = 0; y < height; y += 1) {
    const crossings = crossingsOfRow(polygon, (y + 0.5) / height);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const start = Math.max(0, Math.ceil((crossings[i] ?? 0) * width - 0.5));
      const end = Math.min(width, Math.ceil((crossings[i + 1] ?? 0) * width - 0.5));
      if (end > start) mask.setRun(y, start, end);
    }
  }
  return mask;
};

/** Where the horizontal line at `y` (0…1) crosses the polygon, from left to right. */
const crossingsOfRow = (polygon: readonly Point[], y: number): number[] => {
  const crossings: number[] = [];
  let from = polygon[polygon.length - 1];
  for (const to of polygon) {
    if (from !== undefined && from.y > y !== to.y > y) crossings.push(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x));
    from = to;
  }
  return crossings.sort((a, b) => a - b);
};
