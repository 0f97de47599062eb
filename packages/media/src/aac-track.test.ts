import { aacTrack, Fmp4Reader, MediaError, writeInitSegment } from './index.ts';

describe('aacTrack', () => {
  it.each([
    [16_000, 1],
    [48_000, 2],
    [96_000, 8],
  ])('describes %i Hz and %i channels as readers understand it', (sampleRate, channels) => {
    const track = aacTrack(2, sampleRate, channels);
    const [item] = new Fmp4Reader().push(writeInitSegment([track]));
    expect(item?.type === 'init' && item.tracks).toEqual([track]);
  });

  it('refuses what AAC has no number for', () => {
    expect(() => aacTrack(1, 16_001, 1)).toThrow(MediaError);
    expect(() => aacTrack(1, 16_000, 0)).toThrow('16000 Hz and 0 channels');
  });
});
