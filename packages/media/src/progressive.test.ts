import fc from 'fast-check';
import { audioTrack, videoTrack } from '../test/synthetic-tracks.ts';
import { MediaError, parseBoxHeader, parseMoov, planProgressiveFile, readSampleTables, type SampleLocation, writeIdentityBox } from './index.ts';

const moovOf = (header: Uint8Array): Uint8Array => {
  const ftyp = parseBoxHeader(header)!.size;
  return header.subarray(ftyp, ftyp + parseBoxHeader(header, ftyp)!.size);
};

const readBack = (header: Uint8Array): SampleLocation[] => readSampleTables(moovOf(header), parseMoov(moovOf(header)));

const video = (count: number, options: { size?: number; from?: number; first?: number } = {}): SampleLocation[] =>
  Array.from({ length: count }, (_, index) => {
    const dts = (options.from ?? 0) + index * 3000;
    return { trackId: 1, dts, pts: dts, duration: 3000, isKey: index % 10 === 0, offset: (options.first ?? 1000) + index * 10_000, size: options.size ?? 500 };
  });

const audio = (count: number, from = 0): SampleLocation[] =>
  Array.from({ length: count }, (_, index) => ({
    trackId: 2,
    dts: from + index * 1024,
    pts: from + index * 1024,
    duration: 1024,
    isKey: true,
    offset: 5000 + index * 10_000,
    size: 100,
  }));

describe('planProgressiveFile', () => {
  it('counts the pause before a late track in ticks of that track, so that Firefox keeps sound and pictures together', () => {
    const { header } = planProgressiveFile({ tracks: [videoTrack, audioTrack], samples: [...video(10), ...audio(10, audioTrack.timescale / 5)] });
    const text = Buffer.from(moovOf(header));
    const at = text.indexOf('mvhd');
    expect(text.readUInt32BE(at + 16)).toBe(audioTrack.timescale);
    expect(text.readUInt32BE(text.indexOf('elst') + 12)).toBe(audioTrack.timescale / 5);
  });

  it('writes tables from which every sample is found again', () => {
    const steps = fc.array(
      fc.record({
        duration: fc.integer({ min: 1, max: 40_000 }),
        shift: fc.integer({ min: -20_000, max: 20_000 }),
        size: fc.integer({ min: 1, max: 900 }),
        key: fc.boolean(),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 2 ** 34 }), (drafts, start) => {
        let dts = start;
        const samples = drafts.map((draft, index): SampleLocation => {
          const sample = { trackId: 1, dts, pts: dts + draft.shift, duration: draft.duration, isKey: draft.key, offset: 5000 * index, size: draft.size };
          dts += draft.duration;
          return sample;
        });
        const plan = planProgressiveFile({ tracks: [videoTrack], samples });
        const first = Math.min(...samples.map((sample) => sample.pts));
        const found = readBack(plan.header);
        expect(found.map(({ offset: _, ...rest }) => rest)).toEqual(
          samples.map(({ offset: _, ...rest }) => ({ ...rest, dts: expect.any(Number) as number, pts: rest.pts - first })),
        );
        expect(plan.copies.reduce((sum, copy) => sum + copy.size, plan.header.length)).toBe(plan.sizeBytes);
        expect(found[0]?.offset).toBe(plan.header.length);
      }),
      { numRuns: 100 },
    );
  });

  it('interleaves both tracks in chunks of half a second', () => {
    const plan = planProgressiveFile({ tracks: [videoTrack, audioTrack], samples: [...video(60), ...audio(32)] });
    const found = readBack(plan.header);
    const starts = found
      .map((sample) => ({ kind: sample.trackId, at: sample.dts / (sample.trackId === 1 ? 90_000 : 16_000), offset: sample.offset }))
      .sort((a, b) => a.offset - b.offset);
    let newest = 0;
    for (const sample of starts) {
      expect(sample.at).toBeGreaterThan(newest - 0.6);
      newest = Math.max(newest, sample.at);
    }
    expect(new Set(found.map((sample) => sample.offset)).size).toBe(92);
  });

  it('copies neighbours in one go', () => {
    const samples = video(30).map((sample, index) => ({ ...sample, offset: 700 + index * 500 }));
    expect(planProgressiveFile({ tracks: [videoTrack], samples }).copies).toEqual([{ offset: 700, size: 15_000 }]);
  });

  it.each([
    { name: 'audio begins later', videoFrom: 90_000, audioFrom: 20_000, videoAt: 0, audioAt: 4000 },
    { name: 'video begins later', videoFrom: 135_000, audioFrom: 16_000, videoAt: 45_000, audioAt: 0 },
    { name: 'both begin together, late', videoFrom: 90_000, audioFrom: 16_000, videoAt: 0, audioAt: 0 },
  ])('keeps sound and picture together where $name', ({ videoFrom, audioFrom, videoAt, audioAt }) => {
    const plan = planProgressiveFile({ tracks: [videoTrack, audioTrack], samples: [...video(30, { from: videoFrom }), ...audio(20, audioFrom)] });
    const found = readBack(plan.header);
    expect(found.find((sample) => sample.trackId === 1)?.pts).toBe(videoAt);
    expect(found.find((sample) => sample.trackId === 2)?.pts).toBe(audioAt);
  });

  it('holds a picture through a gap', () => {
    const samples = video(3).map((sample, index) => (index === 2 ? { ...sample, dts: 900_000, pts: 900_000 } : sample));
    expect(readBack(planProgressiveFile({ tracks: [videoTrack], samples }).header).map((sample) => sample.duration)).toEqual([3000, 897_000, 3000]);
  });

  it('uses 64-bit offsets for a file of more than 4 GiB', () => {
    const plan = planProgressiveFile({ tracks: [videoTrack], samples: video(50, { size: 100_000_000, first: 2 ** 33 }) });
    expect(plan.sizeBytes).toBe(plan.header.length + 5e9);
    const found = readBack(plan.header);
    expect(found.at(-1)?.offset).toBe(plan.header.length + 4.9e9);
    expect(parseBoxHeader(plan.header, plan.header.length - 16)).toEqual({ type: 'mdat', size: 5e9 + 16, headerSize: 16 });
  });

  it('puts extra boxes before the media', () => {
    const identity = writeIdentityBox(new TextEncoder().encode('{}'));
    const { header } = planProgressiveFile({ tracks: [videoTrack], samples: video(3), extraBoxes: [identity] });
    expect(header.subarray(header.length - 8 - identity.length, header.length - 8)).toEqual(identity);
    expect(readBack(header)[0]?.offset).toBe(header.length);
  });

  it('leaves out a track without samples and refuses a file without any', () => {
    expect(parseMoov(moovOf(planProgressiveFile({ tracks: [videoTrack, audioTrack], samples: video(3) }).header)).tracks).toEqual([videoTrack]);
    expect(() => planProgressiveFile({ tracks: [videoTrack], samples: [] })).toThrow(MediaError);
  });

  it('refuses decode times that go back', () => {
    expect(() => planProgressiveFile({ tracks: [videoTrack], samples: [...video(3)].reverse() })).toThrow(/go back/);
  });
});
