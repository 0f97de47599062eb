// A table of areas, and which one is taken.
import { RecorderError } from '../errors/recorder-error.ts';
import type { FreeFloor } from './area.ts';
import type { UsableArea } from './area-planner-policy.ts';
import { planArea } from './area-planner-policy.ts';

const usable = (id: string, freeBytes: number, minFree: FreeFloor = { bytes: 10 }): UsableArea => ({
  area: { id, path: `/${id}`, scheme: 'medium', minFree, maxSize: null },
  usable: true,
  identity: id,
  space: { totalBytes: 1000, freeBytes },
});
const missing = (id: string) => ({ area: usable(id, 0).area, usable: false, problem: new RecorderError('AREA_MISSING', id) }) as const;

describe('planning where an event goes', () => {
  it.each([
    ['the camera’s own area', [usable('a', 900), usable('b', 100)], 'b', 'b'],
    ['its own even when that is full', [usable('a', 900), usable('b', 0)], 'b', 'b'],
    ['the roomiest when its own is missing', [usable('a', 100), missing('b'), usable('c', 200)], 'b', 'c'],
    ['the roomiest when it has none', [usable('a', 100), usable('c', 200)], undefined, 'c'],
    ['the one with most room above its floor', [usable('a', 500, { percent: 45 }), usable('c', 200)], undefined, 'c'],
    ['the first of equals', [usable('a', 100), usable('c', 100)], undefined, 'a'],
    ['none when all are missing', [missing('a'), missing('b')], 'a', undefined],
    ['none when there is none', [], 'a', undefined],
  ])('takes %s', (_, statuses, preferred, expected) => {
    expect(planArea(statuses, preferred)?.area.id).toBe(expected);
  });
});
