// What viewers get of an access unit.
import { rtpUnits } from './rtp-units.ts';
import type { VideoTrack } from './track.ts';

const SPS = Uint8Array.of(0x67, 0x64, 0, 0x1f);
const PPS = Uint8Array.of(0x68, 0xee);
const track = (codec: 'h264' | 'h265', parameterSets: readonly Uint8Array[]): VideoTrack => ({
  kind: 'video',
  trackId: 1,
  timescale: 90_000,
  codec,
  codecString: '',
  width: 640,
  height: 360,
  nalLengthSize: 4,
  parameterSets,
  sampleEntry: new Uint8Array(0),
});
const unit = (nals: readonly Uint8Array[]): Uint8Array => Uint8Array.from(nals.flatMap((nal) => [0, 0, 0, nal.length, ...nal]));
const heads = (nals: readonly Uint8Array[]): readonly number[] => nals.map((nal) => nal[0]!);

describe('units for viewers', () => {
  const h264 = track('h264', [SPS, PPS]);

  it("put the track's parameter sets before a key picture that brings none", () => {
    expect(rtpUnits(unit([Uint8Array.of(0x65, 1)]), h264, true)).toEqual([SPS, PPS, Uint8Array.of(0x65, 1)]);
    expect(heads(rtpUnits(unit([Uint8Array.of(0x41, 1)]), h264, false))).toEqual([0x41]);
  });

  it('keep the sets a key picture brings itself, since they may be newer', () => {
    const own = [Uint8Array.of(0x67, 0x64, 0, 0x28), Uint8Array.of(0x68, 1), Uint8Array.of(0x65, 1)];
    expect(rtpUnits(unit(own), h264, true)).toEqual(own);
  });

  it("take the track's sets where a key picture brings only some, each once", () => {
    expect(rtpUnits(unit([PPS, Uint8Array.of(0x65, 1)]), h264, true)).toEqual([SPS, PPS, Uint8Array.of(0x65, 1)]);
  });

  it('leave out delimiters, filling and SEI, but not the mark of a recovery point', () => {
    const nals = [Uint8Array.of(9, 0xf0), Uint8Array.of(6, 5, 1, 0), Uint8Array.of(6, 6, 1, 0x84), Uint8Array.of(0x41, 1), Uint8Array.of(12, 0xff)];
    expect(rtpUnits(unit(nals), h264, false)).toEqual([nals[2], nals[3]]);
  });

  it('do the same for H.265', () => {
    const sets = [Uint8Array.of(0x40, 1, 1), Uint8Array.of(0x42, 1, 1), Uint8Array.of(0x44, 1, 1)];
    const nals = [Uint8Array.of(0x46, 1, 0x50), Uint8Array.of(0x4e, 1, 5), Uint8Array.of(0x26, 1, 9)];
    expect(heads(rtpUnits(unit(nals), track('h265', sets), true))).toEqual([0x40, 0x42, 0x44, 0x26]);
  });
});
