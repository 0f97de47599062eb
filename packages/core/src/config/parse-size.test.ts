import { parseFreeSpace, parseSize } from './parse-size.ts';

describe('a size', () => {
  it.each([
    ['500GB', 500e9],
    ['2GiB', 2 ** 31],
    ['1.5 TB', 1.5e12],
    ['0B', 0],
    ['10kB', 10_000],
    ['5x', undefined],
    ['GB', undefined],
    ['-1GB', undefined],
    ['1e3GB', undefined],
    ['99999999TB', undefined],
    ['1constructor', undefined],
    ['', undefined],
  ])('%j is %p bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each([
    ['5%', { percent: 5 }],
    ['0.5%', { percent: 0.5 }],
    ['2GiB', { bytes: 2 ** 31 }],
    ['%', undefined],
  ])('%j of free space is %p', (text, space) => {
    expect(parseFreeSpace(text)).toEqual(space);
  });
});
