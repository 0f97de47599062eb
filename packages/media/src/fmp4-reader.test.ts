import fc from 'fast-check';
import { audioTrack, join, sampleOf, videoTrack } from '../test/synthetic-tracks.ts';
import { type Fmp4Item, Fmp4Reader, MediaError, type Sample, writeFragment, writeInitSegment } from './index.ts';

const tracks = [videoTrack, audioTrack];

const readAll = (bytes: Uint8Array, sizes: readonly number[], options = {}): Fmp4Item[] => {
  const reader = new Fmp4Reader(options);
  const items: Fmp4Item[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? bytes.length;
    items.push(...reader.push(bytes.slice(at, at + size)));
    at += size;
  }
  return items;
};

const box = (type: string, body: Uint8Array, size = body.length + 8): Uint8Array => {
  const header = new Uint8Array(8);
  new DataView(header.buffer).setUint32(0, size);
  header.set(new TextEncoder().encode(type), 4);
  return join(header, body);
};

/** Fragments of one or more samples whose decode times go up by their durations. */
const fragments = fc
  .array(
    fc.array(
      fc.record({
        audio: fc.boolean(),
        size: fc.integer({ min: 0, max: 60 }),
        duration: fc.integer({ min: 1, max: 9000 }),
        shift: fc.integer({ min: -9000, max: 9000 }),
        key: fc.boolean(),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((groups): Sample[][] => {
    const next = { video: 2 ** 33, audio: 0 };
    return groups.map((group) => {
      const own = group.map((draft, seed) => {
        const kind = draft.audio ? 'audio' : 'video';
        const dts = next[kind];
        next[kind] += draft.duration;
        const times = { dts, pts: dts + (draft.audio ? 0 : draft.shift), duration: draft.duration, isKey: draft.audio || draft.key };
        return sampleOf(draft.audio ? audioTrack : videoTrack, times, draft.size, seed);
      });
      return [...own.filter((sample) => sample.trackId === 1), ...own.filter((sample) => sample.trackId === 2)];
    });
  });

describe('Fmp4Reader', () => {
  it('gives back what was written, whatever the chunks', () => {
    fc.assert(
      fc.property(fragments, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (groups, sizes) => {
        const file = join(writeInitSegment(tracks), ...groups.map((samples, index) => writeFragment(index + 1, samples, tracks)));
        const items = readAll(file, sizes);
        expect(items[0]).toEqual({ type: 'init', tracks, leftOut: [] });
        expect(items.slice(1)).toEqual(groups.map((samples) => ({ type: 'samples', samples })));
      }),
      { numRuns: 150 },
    );
  });

  it('steps over boxes it does not know, however they are cut', () => {
    const sample = sampleOf(videoTrack, { dts: 0, pts: 0, duration: 10, isKey: true }, 20, 1);
    const file = join(
      writeInitSegment(tracks),
      box('styp', new Uint8Array(90)),
      box('free', new Uint8Array(0)),
      writeFragment(1, [sample], tracks),
      box('mfra', new Uint8Array(30)),
    );
    for (const size of [1, 3, 8, 64, 10_000]) expect(readAll(file, [size])[1]).toEqual({ type: 'samples', samples: [sample] });
  });

  it('reads a box with a 64-bit size', () => {
    const sample = sampleOf(videoTrack, { dts: 0, pts: 0, duration: 10, isKey: true }, 20, 1);
    const wide = new Uint8Array(24);
    const view = new DataView(wide.buffer);
    view.setUint32(0, 1);
    wide.set(new TextEncoder().encode('free'), 4);
    view.setUint32(12, 24);
    const file = join(writeInitSegment(tracks), wide, writeFragment(1, [sample], tracks));
    for (const size of [1, 5, 10_000]) expect(readAll(file, [size])[1]).toEqual({ type: 'samples', samples: [sample] });
  });

  it('keeps samples unchanged while more arrives', () => {
    const samples = [1, 2, 3].map((seed) => sampleOf(videoTrack, { dts: seed * 10, pts: seed * 10, duration: 10, isKey: true }, 50, seed));
    const file = join(writeInitSegment(tracks), ...samples.map((sample, index) => writeFragment(index + 1, [sample], tracks)));
    const found = readAll(file, [13]).flatMap((item) => (item.type === 'samples' ? item.samples : []));
    expect(found).toEqual(samples);
  });

  it.each([
    ['an audio', audioTrack],
    ['a video', videoTrack],
  ])('puts %s sample without duration where its predecessor ends', (_, track) => {
    const at = (dts: number, duration: number): Sample => sampleOf(track, { dts, pts: dts, duration, isKey: true }, 8, dts);
    const file = join(
      writeInitSegment(tracks),
      ...[at(0, 1024), at(2040, 0), at(2040, 1024)].map((sample, index) => writeFragment(index + 1, [sample], tracks)),
    );
    const times = readAll(file, [500]).flatMap((item) => (item.type === 'samples' ? item.samples.map(({ dts, pts, duration }) => [dts, pts, duration]) : []));
    expect(times).toEqual([
      [0, 0, 1024],
      [1024, 1024, 1016],
      [2040, 2040, 1024],
    ]);
  });

  it('refuses a box that is too large, before it has arrived', () => {
    expect(() => new Fmp4Reader({ maxBoxBytes: 1000 }).push(box('mdat', new Uint8Array(4), 1001))).toThrow(/mdat is 1001 bytes long/);
    expect(() => new Fmp4Reader().push(box('free', new Uint8Array(0), 2 ** 31))).toThrow(MediaError);
  });

  it.each([
    ['text', new TextEncoder().encode('HTTP/1.1 404 Not Found\r\n')],
    ['a moof before the moov', writeFragment(1, [sampleOf(videoTrack, { dts: 0, pts: 0, duration: 1, isKey: true }, 5, 0)], tracks)],
    ['a box without size', box('mdat', new Uint8Array(0), 0)],
    ['a box smaller than its header', box('free', new Uint8Array(0), 5)],
  ])('refuses %s', (_, bytes) => {
    expect(() => new Fmp4Reader().push(bytes)).toThrow(MediaError);
  });

  it('refuses a fragment whose samples lie outside its data', () => {
    const fragment = writeFragment(1, [sampleOf(videoTrack, { dts: 0, pts: 0, duration: 1, isKey: true }, 50, 0)], tracks);
    const cut = fragment.slice(0, fragment.length - 20);
    new DataView(cut.buffer).setUint32(cut.length - 38, 38);
    expect(() => readAll(join(writeInitSegment(tracks), cut), [10_000])).toThrow(/outside its data/);
  });

  it('answers damage with a MediaError and nothing else', () => {
    const file = join(writeInitSegment(tracks), writeFragment(1, [sampleOf(videoTrack, { dts: 0, pts: 0, duration: 1, isKey: true }, 50, 0)], tracks));
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.integer({ min: 0, max: file.length - 1 }), value: fc.integer({ min: 0, max: 255 }) }), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const damaged = file.slice();
          for (const { at, value } of changes) damaged[at] = value;
          try {
            readAll(damaged, [damaged.length], { maxBoxBytes: 1_000_000 });
          } catch (error) {
            expect(error).toBeInstanceOf(MediaError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
