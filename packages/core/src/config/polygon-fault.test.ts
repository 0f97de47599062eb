import { polygonFault } from './polygon-fault.ts';

const corners = (text: string) =>
  text.split(' ').map((pair) => {
    const [x = 0, y = 0] = pair.split(',').map(Number);
    return { x, y };
  });

describe('the shape of a polygon', () => {
  it.each([
    ['a triangle', '0,0 1,0 1,1'],
    ['the whole picture, the other way round', '0,0 0,1 1,1 1,0'],
    ['an L', '0,0 1,0 1,0.5 0.5,0.5 0.5,1 0,1'],
    ['a corner on a straight edge', '0,0 0.5,0 1,0 1,1'],
    ['a spiral', '0,0 1,0 1,1 0.2,1 0.2,0.4 0.6,0.4 0.6,0.6 0.4,0.6 0.4,0.8 0.8,0.8 0.8,0.2 0,0.2'],
  ])('is fine: %s', (_, text) => {
    expect(polygonFault(corners(text))).toBeUndefined();
  });

  it.each([
    ['a bow tie', '0,0 1,1 1,0 0,1', 'the polygon crosses itself: the edges after corner 1 and corner 3 meet'],
    ['a corner on another edge', '0,0 1,0 1,1 0.5,0 0,1', 'the polygon crosses itself: the edges after corner 1 and corner 3 meet'],
    ['an edge that runs back along another', '0,0 1,0 1,1 1,0.5 1,0.2 0,0.2', 'the polygon crosses itself'],
    ['a line', '0,0 0.5,0.5 1,1', 'the polygon has no area'],
    ['a sliver', '0,0 1,0 1,0.00001', 'the polygon has no area'],
    ['a corner written twice', '0,0 0,0 1,0 1,1', 'corner 1 and corner 2 are the same; each is written once'],
    ['a corner repeated at the end', '0,0 1,0 1,1 0,0', 'corner 4 and corner 1 are the same; each is written once'],
  ])('is refused: %s', (_, text, fault) => {
    expect(polygonFault(corners(text))).toContain(fault);
  });
});
