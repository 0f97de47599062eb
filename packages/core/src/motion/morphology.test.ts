import { BitPlane } from './bit-plane.ts';
import { ComponentFinder } from './connected-components.ts';
import { close, open } from './morphology.ts';

const plane = (rows: readonly string[]): BitPlane => {
  const made = new BitPlane(rows[0]!.length, rows.length);
  rows.forEach((row, y) => [...row].forEach((mark, x) => mark === '#' && made.set(x, y)));
  return made;
};
const rowsOf = (from: BitPlane): string[] =>
  Array.from({ length: from.height }, (_, y) => Array.from({ length: from.width }, (_unused, x) => (from.get(x, y) ? '#' : '.')).join(''));
const scratchOf = (of: BitPlane): BitPlane => new BitPlane(of.width, of.height);

describe('open', () => {
  it('keeps what belongs to a full block, at borders and across words too', () => {
    const wide = '.'.repeat(30);
    const mask = plane([`##.#${wide}##`, `##..${wide}##`, `...#${wide}..`, `#..#${wide}.#`]);
    open(mask, scratchOf(mask), 2, 2);
    expect(rowsOf(mask)).toEqual([`##..${wide}##`, `##..${wide}##`, `....${wide}..`, `....${wide}..`]);
  });
});

describe('close', () => {
  it('joins what is near, also across words', () => {
    const mask = new BitPlane(70, 20);
    for (const x of [29, 30, 33, 34]) for (let y = 8; y < 12; y += 1) mask.set(x, y);
    close(mask, scratchOf(mask), 2, 0);
    expect([mask.count(), mask.get(31, 9), mask.get(28, 9)]).toEqual([24, true, false]);
  });
});

describe('ComponentFinder', () => {
  it('joins by corners only if told so', () => {
    const mask = plane(['##..', '..##', '#...']);
    const [straight, diagonal] = [new ComponentFinder(4, 3, false), new ComponentFinder(4, 3, true)];
    straight.find(mask);
    diagonal.find(mask);
    expect([straight.count, diagonal.count]).toEqual([3, 2]);
  });

  it('joins arms that meet further down', () => {
    const finder = new ComponentFinder(40, 3, false);
    finder.find(plane([`#.#${'.'.repeat(37)}`, `#.#${'.'.repeat(37)}`, `###${'.'.repeat(36)}#`]));
    expect([finder.count, [...finder.area.subarray(0, 2)]]).toEqual([2, [7, 1]]);
  });
});
