// H.265 tracks are named for Apple's players where that is true.
import type { VideoTrack } from '@nightjar/media';
import { asHvc1 } from './as-hvc1.ts';

const set = (type: number): Uint8Array => Uint8Array.of(type << 1, 1, 7);
const track = (types: readonly number[]): VideoTrack => ({
  kind: 'video',
  trackId: 1,
  timescale: 90_000,
  codec: 'h265',
  codecString: 'hev1.1.6.L60.90',
  width: 320,
  height: 180,
  nalLengthSize: 4,
  parameterSets: types.map(set),
  sampleEntry: new Uint8Array(Buffer.from('\0\0\0\x10hev1\0\0\0\0\0\0\0\0', 'latin1')),
});

describe('an H.265 track', () => {
  it('with all parameter sets in its entry is hvc1', () => {
    const original = track([32, 33, 34]);
    const renamed = asHvc1(original);
    expect(renamed.codecString).toBe('hvc1.1.6.L60.90');
    expect(Buffer.from(renamed.sampleEntry).toString('latin1', 4, 8)).toBe('hvc1');
    expect(Buffer.from(original.sampleEntry).toString('latin1', 4, 8)).toBe('hev1');
  });

  it('without them stays hev1, because players would not find them', () => {
    const original = track([33, 34]);
    expect(asHvc1(original)).toBe(original);
  });
});
