import fc from 'fast-check';
import { H264_SPS, videoTrack } from '../test/synthetic-tracks.ts';
import { fillerBytes, isFillerNal, isIdr, MediaError, nalUnits, parameterSetsDiffer, pictureType, toAnnexB, type VideoTrack } from './index.ts';

const unit = (nals: readonly Uint8Array[], lengthSize: 1 | 2 | 4 = 4): Uint8Array => {
  const bytes: number[] = [];
  for (const nal of nals) {
    for (let i = lengthSize - 1; i >= 0; i--) bytes.push((nal.length >>> (8 * i)) & 0xff);
    bytes.push(...nal);
  }
  return Uint8Array.from(bytes);
};
const nal = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
/** Baseline, 640x480. */
const SMALL_SPS = nal(0x67, 0x42, 0xc0, 0x1e, 0xf4, 0x05, 0x01, 0xed, 0x00);

describe('nalUnits', () => {
  it('finds what was put in, for every length size', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 255 })), fc.constantFrom<1 | 2 | 4>(1, 2, 4), (nals, size) => {
        expect([...nalUnits(unit(nals, size), size)]).toEqual(nals);
      }),
    );
  });

  it('refuses a length that runs over the end', () => {
    expect(() => [...nalUnits(nal(0, 0, 0, 9, 0x65), 4)]).toThrow(MediaError);
    expect(() => [...nalUnits(nal(0, 0), 4)]).toThrow(MediaError);
  });
});

describe('toAnnexB', () => {
  it('writes start codes instead of lengths', () => {
    expect(toAnnexB(unit([nal(0x65, 1), nal(0x41)]), 4)).toEqual(nal(0, 0, 0, 1, 0x65, 1, 0, 0, 0, 1, 0x41));
  });

  it('writes parameter sets first', () => {
    expect(toAnnexB(unit([nal(0x65)]), 4, { parameterSets: [nal(0x67), nal(0x68)] })).toEqual(nal(0, 0, 0, 1, 0x67, 0, 0, 0, 1, 0x68, 0, 0, 0, 1, 0x65));
  });

  it('moves the delimiter from the beginning to the end', () => {
    expect(toAnnexB(unit([nal(0x09, 0xf0), nal(0x65)]), 4, { trailingDelimiter: 'h264' })).toEqual(nal(0, 0, 0, 1, 0x65, 0, 0, 0, 1, 0x09, 0xf0));
    expect(toAnnexB(unit([nal(0x46, 1, 0x50), nal(0x26, 1)]), 4, { trailingDelimiter: 'h265' })).toEqual(nal(0, 0, 0, 1, 0x26, 1, 0, 0, 0, 1, 0x46, 1, 0x50));
  });
});

describe('facts of an access unit', () => {
  it('tells when a camera changed its picture size', () => {
    expect(parameterSetsDiffer(unit([SMALL_SPS, nal(0x65)]), videoTrack)).toBe(true);
    expect(parameterSetsDiffer(unit([H264_SPS, nal(0x65)]), videoTrack)).toBe(false);
    expect(parameterSetsDiffer(unit([nal(0x65)]), videoTrack)).toBe(false);
  });

  it('does not take a damaged or reworded parameter set for another picture', () => {
    expect(parameterSetsDiffer(unit([nal(0x67, 0xff)]), videoTrack)).toBe(false);
    const otherLevel = H264_SPS.slice();
    otherLevel[3] = 0x28;
    expect(parameterSetsDiffer(unit([otherLevel]), videoTrack)).toBe(false);
  });

  it('counts filler', () => {
    const h265: VideoTrack = { ...videoTrack, codec: 'h265' };
    expect(fillerBytes(unit([nal(0x65, 1), nal(0x0c, 0xff, 0xff, 0x80)]), videoTrack)).toBe(8);
    expect(fillerBytes(unit([nal(0x26, 1), nal(0x4c, 1, 0xff, 0x80)]), h265)).toBe(8);
    expect(isFillerNal(nal(0x0c), 'h264')).toBe(true);
    expect(isFillerNal(nal(0x65), 'h264')).toBe(false);
  });

  it.each([
    ['an IDR picture', nal(0x65, 0x88), 'I'],
    ['a slice of type 5 (P)', nal(0x41, 0b1001_1000), 'P'],
    ['a slice of type 0 (P)', nal(0x41, 0b1100_0000), 'P'],
    ['a slice of type 6 (B)', nal(0x01, 0b1001_1100), 'B'],
    ['a slice of type 7 (I)', nal(0x41, 0b1000_1000), 'I'],
    ['no slice', nal(0x06, 5), 'unknown'],
    ['a slice cut off', nal(0x41), 'unknown'],
  ])('reads the picture type of %s', (_, slice, type) => {
    expect(pictureType(unit([nal(0x09, 0xf0), slice]), videoTrack)).toBe(type);
  });

  it('knows an H.265 key picture without parameter sets, and admits what it cannot know', () => {
    const h265: VideoTrack = { ...videoTrack, codec: 'h265', parameterSets: [] };
    expect(pictureType(unit([nal(0x26, 1, 0xaf)]), h265)).toBe('I');
    expect(pictureType(unit([nal(0x02, 1, 0xd0)]), h265)).toBe('unknown');
  });

  it('knows an IDR picture among key pictures', () => {
    const [h264, h265]: VideoTrack[] = [videoTrack, { ...videoTrack, codec: 'h265' }];
    expect([isIdr(unit([SMALL_SPS, nal(0x65, 0x88)]), h264!), isIdr(unit([nal(0x06, 1), nal(0x41, 0x88)]), h264!)]).toEqual([true, false]);
    // IDR_W_RADL, IDR_N_LP, CRA.
    expect([0x26, 0x28, 0x2a].map((head) => isIdr(unit([nal(head, 1, 0xaf)]), h265!))).toEqual([true, true, false]);
    expect(isIdr(nal(0, 0, 0, 9, 0x65), h264!)).toBe(false);
  });

  it('answers unknown for noise', () => {
    fc.assert(fc.property(fc.uint8Array(), (noise) => ['I', 'P', 'B', 'unknown'].includes(pictureType(noise, videoTrack))));
  });
});
