// What is wrong with a polygon's shape.
import type { Point } from '../model/zone.ts';

/** Parts of the picture smaller than this hold no pixel of the analysis picture. */
const SMALLEST_AREA = 1e-5;

/** Why a polygon of at least three corners has no inside of its own, in one clause; `undefined` where it has. Corners count from 1. */
export function polygonFault(corners: readonly Point[]): string | undefined {
  for (const [index, corner] of corners.entries()) {
    const next = (index + 1) % corners.length;
    if (same(corner, at(corners, next))) return `corner ${index + 1} and corner ${next + 1} are the same; each is written once`;
  }
  const crossing = crossingEdges(corners);
  if (crossing !== undefined) return `the polygon crosses itself: the edges after corner ${crossing[0] + 1} and corner ${crossing[1] + 1} meet`;
  if (Math.abs(signedArea(corners)) < SMALLEST_AREA) return 'the polygon has no area';
  return undefined;
}

const at = (corners: readonly Point[], index: number): Point => corners[index % corners.length] ?? { x: 0, y: 0 };

const same = (a: Point, b: Point): boolean => a.x === b.x && a.y === b.y;

function signedArea(corners: readonly Point[]): number {
  let sum = 0;
  for (const [index, a] of corners.entries()) {
    const b = at(corners, index + 1);
    sum += a.x * b.y - b.x * a.y;
  }
  return sum / 2;
}

function crossingEdges(corners: readonly Point[]): readonly [number, number] | undefined {
  const count = corners.length;
  for (let first = 0; first < count; first++) {
    for (let second = first + 2; second < count; second++) {
      // Neighbours share a corner.
      if (first === 0 && second === count - 1) continue;
      if (meet(at(corners, first), at(corners, first + 1), at(corners, second), at(corners, second + 1))) return [first, second];
    }
  }
  return undefined;
}

/** Which side of the line a→b the point is on: positive, negative, or 0 on the line. */
const side = (a: Point, b: Point, p: Point): number => Math.sign((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x));

const within = (a: Point, b: Point, p: Point): boolean =>
  Math.min(a.x, b.x) <= p.x && p.x <= Math.max(a.x, b.x) && Math.min(a.y, b.y) <= p.y && p.y <= Math.max(a.y, b.y);

function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const [c1, d1, a1, b1] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (c1 !== d1 && a1 !== b1 && c1 * d1 <= 0 && a1 * b1 <= 0 && (c1 !== 0 || d1 !== 0)) return true;
  return (c1 === 0 && within(a, b, c)) || (d1 === 0 && within(a, b, d)) || (a1 === 0 && within(c, d, a)) || (b1 === 0 && within(c, d, b));
}
