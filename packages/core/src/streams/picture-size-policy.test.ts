import fc from 'fast-check';
import { pictureSize, sharedWidth } from './picture-size-policy.ts';

const HD = { width: 1920, height: 1080 };

describe('the size of a picture', () => {
  it.each([
    [{}, HD],
    [{ width: 1920 }, HD],
    [{ width: 8192, height: 8192 }, HD],
    [{ width: 640 }, { width: 640, height: 360 }],
    [{ height: 360 }, { width: 640, height: 360 }],
    [
      { width: 1280, height: 360 },
      { width: 640, height: 360 },
    ],
    [{ width: 645 }, { width: 640, height: 360 }],
    [{ width: 16 }, { width: 16, height: 9 }],
    [{ height: 16 }, { width: 24, height: 14 }],
  ])('%j of a picture of 1920x1080', (wanted, size) => {
    expect(pictureSize(HD, wanted)).toEqual(size);
  });

  it('is never larger than the picture, fits but for the least width, and takes few values', () => {
    const full = fc.record({ width: fc.integer({ min: 16, max: 8192 }), height: fc.integer({ min: 16, max: 8192 }) });
    const wanted = fc.record({ width: fc.integer({ min: 16, max: 8192 }), height: fc.integer({ min: 16, max: 8192 }) }, { requiredKeys: [] });
    fc.assert(
      fc.property(full, wanted, (picture, limit) => {
        const size = pictureSize(picture, limit);
        expect(size.width).toBeLessThanOrEqual(picture.width);
        expect(size.height).toBeLessThanOrEqual(picture.height);
        if (size.width > 16) expect(size.width).toBeLessThanOrEqual(limit.width ?? picture.width);
        if (size.width > 16) expect(size.height).toBeLessThanOrEqual((limit.height ?? picture.height) + 1);
        if (size.width !== picture.width) expect(size.width % 8).toBe(0);
      }),
    );
  });

  it('is shared by viewers who want nearly the same', () => {
    expect([sharedWidth(undefined), sharedWidth(647), sharedWidth(640), sharedWidth(17)]).toEqual([undefined, 640, 640, 16]);
  });
});
