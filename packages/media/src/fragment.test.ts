import { audioTrack, join, sampleOf, videoTrack } from '../test/synthetic-tracks.ts';
import { Fmp4Reader, MediaError, writeFragment, writeInitSegment } from './index.ts';

const at = (dts: number, duration = 3000) => sampleOf(videoTrack, { dts, pts: dts, duration, isKey: true }, 10, dts);

describe('writeFragment', () => {
  it('lets a sample last until the next one, so that decode times survive a gap', () => {
    const [, item] = new Fmp4Reader().push(join(writeInitSegment([videoTrack]), writeFragment(1, [at(0), at(3000), at(90_000)], [videoTrack])));
    expect(item?.type === 'samples' && item.samples.map(({ dts, duration }) => [dts, duration])).toEqual([
      [0, 3000],
      [3000, 87_000],
      [90_000, 3000],
    ]);
  });

  it('refuses decode times that go back or are negative, and samples of no track', () => {
    expect(() => writeFragment(1, [at(3000), at(0)], [videoTrack])).toThrow(MediaError);
    expect(() => writeFragment(1, [at(-1)], [videoTrack])).toThrow(MediaError);
    expect(() => writeFragment(1, [at(0)], [audioTrack])).toThrow(/no track/);
  });
});
