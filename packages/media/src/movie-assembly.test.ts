import { audioTrack, videoTrack } from '../test/synthetic-tracks.ts';
import {
  type AudioTrack,
  FROM_PATTERN,
  MediaError,
  MovieAssembly,
  type MoviePlan,
  parseBoxHeader,
  parseMoov,
  readTrackSamples,
  type SampleLocation,
  type TrackSamples,
  trackSamplesOf,
  type VideoTrack,
} from './index.ts';

const FRAME = 6000;

/** `count` pictures at 15 a second, a key picture each second, one after the other in their file. */
const pictures = (count: number, { track = videoTrack, from = 0, sizes = 500 }: { track?: VideoTrack; from?: number; sizes?: number } = {}): TrackSamples =>
  trackSamplesOf(
    track,
    Array.from({ length: count }, (_, index): SampleLocation => {
      const dts = from + index * FRAME;
      return { trackId: track.trackId, dts, pts: dts, duration: FRAME, isKey: index % 15 === 0, offset: 1000 + index * sizes, size: sizes };
    }),
  );

/** `count` frames of sound, 1024 samples each. */
const sound = (count: number, { track = audioTrack, from = 0 }: { track?: AudioTrack; from?: number } = {}): TrackSamples =>
  trackSamplesOf(
    track,
    Array.from({ length: count }, (_, index): SampleLocation => {
      const dts = from + index * 1024;
      return { trackId: track.trackId, dts, pts: dts, duration: 1024, isKey: true, offset: 9_000_000 + index * 100, size: 100 };
    }),
  );

const tracksOf = ({ header }: MoviePlan): TrackSamples[] => {
  const ftyp = parseBoxHeader(header)!.size;
  const moov = header.subarray(ftyp, ftyp + parseBoxHeader(header, ftyp)!.size);
  return readTrackSamples(moov, parseMoov(moov));
};

const seconds = ({ pts, track }: TrackSamples): number[] => [...pts].map((ticks) => Math.round((ticks / track.timescale) * 1000) / 1000);
const whole = (tracks: readonly TrackSamples[]): { readonly tracks: readonly TrackSamples[]; readonly first: number; readonly end: number } => ({
  tracks,
  first: 0,
  end: tracks[0]!.count,
});

describe('MovieAssembly', () => {
  it('shows the pictures of several files where they were asked to begin, and copies each file in one go', () => {
    const assembly = new MovieAssembly();
    expect(assembly.add({ source: 0, ...whole([pictures(30)]), startSeconds: 0 })).toBe(0);
    expect(assembly.add({ source: 1, ...whole([pictures(15, { from: 90_000 })]), startSeconds: 2.5 })).toBe(2.5);
    const plan = assembly.finish();
    const [video] = tracksOf(plan);
    expect(plan).toMatchObject({ frames: 45, durationSeconds: 3.5 });
    expect(seconds(video!)[29]).toBeCloseTo(29 / 15, 3);
    expect(seconds(video!)[30]).toBe(2.5);
    expect([...plan.copies.sources]).toEqual([0, 1]);
    expect([...plan.copies.offsets]).toEqual([1000, 1000]);
    expect([...plan.copies.starts]).toEqual([0, 15_000, 22_500]);
    expect(plan.sizeBytes).toBe(plan.header.length + 22_500);
    expect([...video!.offsets][0]).toBe(plan.header.length);
  });

  it('takes the pictures asked for and the sound that belongs to them', () => {
    const assembly = new MovieAssembly(audioTrack);
    assembly.add({ source: 0, tracks: [pictures(60), sound(64)], first: 15, end: 30, startSeconds: 0 });
    const [video, audio] = tracksOf(assembly.finish());
    expect(video!.count).toBe(15);
    expect(audio!.count).toBe(16);
    // The frame that begins 24 ms after the key picture.
    expect(seconds(audio!)[0]).toBe(0.024);
  });

  it('never lets a picture begin before the one ahead of it, though the next part should', () => {
    const assembly = new MovieAssembly();
    assembly.add({ source: 0, ...whole([pictures(15)]), startSeconds: 0 });
    assembly.add({ source: 1, ...whole([pictures(15)]), startSeconds: 0.99 });
    const [video] = tracksOf(assembly.finish());
    const times = seconds(video!);
    expect(times[15]).toBe(0.99);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect([...video!.durations].every((duration) => duration > 0)).toBe(true);
  });

  it('fills what has no sound with silence, so that sound neither stops nor comes early', () => {
    const assembly = new MovieAssembly(audioTrack);
    assembly.add({ source: 0, ...whole([pictures(15), sound(16)]), startSeconds: 0 });
    assembly.add({ source: 1, ...whole([pictures(150)]), startSeconds: 1.2 });
    assembly.add({ source: 2, ...whole([pictures(15), sound(16)]), startSeconds: 11.2 });
    const plan = assembly.finish();
    const [, audio] = tracksOf(plan);
    const times = seconds(audio!);
    const back = times.findIndex((time) => time >= 11.2);
    expect(times[back]).toBe(11.2);
    expect(audio!.sizes[back]).toBe(100);
    expect(Math.max(...audio!.durations)).toBeLessThan(2048);
    const silent = [...audio!.sizes].filter((size) => size === plan.pattern.length).length;
    expect(silent).toBe(Math.floor((11.2 * 16_000 - 16 * 1024) / 1024));
    expect([...plan.copies.sources]).toContain(FROM_PATTERN);
    // Sound lies beside the pictures it belongs to.
    const [video] = tracksOf(plan);
    const at = (samples: TrackSamples, time: number): number => samples.offsets[seconds(samples).findIndex((each) => each >= time)]!;
    expect(Math.abs(at(audio!, 6) - at(video!, 6))).toBeLessThan(20_000);
  });

  it('does not drift: after hours every part is where it should be', () => {
    const assembly = new MovieAssembly(audioTrack);
    const [video, audio] = [pictures(150), sound(156)];
    for (let part = 0; part < 720; part++) assembly.add({ source: part, ...whole([video, audio]), startSeconds: part * 10.003 });
    const found = tracksOf(assembly.finish());
    const last = 719 * 10.003;
    expect(seconds(found[0]!)[719 * 150]).toBeCloseTo(last, 3);
    expect(seconds(found[1]!).some((time) => Math.abs(time - last) < 0.0002)).toBe(true);
  });

  it('leaves out sound of another kind and says which is the main one', () => {
    const other: AudioTrack = { ...audioTrack, sampleRate: 8000, timescale: 8000 };
    const assembly = new MovieAssembly(other);
    assembly.add({ source: 0, ...whole([pictures(15), sound(8, { track: other })]), startSeconds: 0 });
    assembly.add({ source: 1, ...whole([pictures(150), sound(160)]), startSeconds: 1 });
    expect(assembly.mainSound).toEqual(audioTrack);
    const plan = assembly.finish();
    expect(plan.audio?.sampleRate).toBe(8000);
    expect([...tracksOf(plan)[1]!.sizes].filter((size) => size === 100).length).toBe(8);
  });

  it('keeps the parameter sets of each part, once where they are the same', () => {
    const changed: VideoTrack = { ...videoTrack, sampleEntry: videoTrack.sampleEntry.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) };
    const assembly = new MovieAssembly();
    [videoTrack, changed, videoTrack].forEach((track, source) => {
      assembly.add({ source, ...whole([pictures(15, { track })]), startSeconds: source });
    });
    const { header } = assembly.finish();
    const text = Buffer.from(header).toString('latin1');
    expect(text.split('avc1').length - 1).toBe(2);
    const stsc = text.indexOf('stsc');
    expect([...Buffer.from(header).subarray(stsc + 8, stsc + 12)]).toEqual([0, 0, 0, 6]);
  });

  it('refuses another codec and a part without pictures', () => {
    const assembly = new MovieAssembly();
    assembly.add({ source: 0, ...whole([pictures(15)]), startSeconds: 0 });
    expect(() => assembly.add({ source: 1, ...whole([pictures(15, { track: { ...videoTrack, codec: 'h265' } })]), startSeconds: 1 })).toThrow(/two codecs/);
    expect(() => assembly.add({ source: 1, tracks: [sound(3)], first: 0, end: 3, startSeconds: 1 })).toThrow(MediaError);
    expect(() => new MovieAssembly().finish()).toThrow(MediaError);
  });

  it('makes the same file of the same samples, wherever they lie', () => {
    const [video, audio] = [pictures(45), sound(46)];
    const scattered: TrackSamples = { ...video, offsets: video.offsets.map((offset, index) => offset + index * 77) };
    const headers = [video, scattered].map((samples) => {
      const assembly = new MovieAssembly(audioTrack);
      assembly.add({ source: 0, ...whole([samples, audio]), startSeconds: 0 });
      return assembly.finish();
    });
    expect(headers[1]!.header).toEqual(headers[0]!.header);
    expect(headers[1]!.copies.count).toBeGreaterThan(headers[0]!.copies.count);
  });

  it('leaves out pictures whose references are not there, where asked', () => {
    const video = pictures(30);
    // Two pictures after the second key picture are shown before it.
    video.pts[16] = 15 * FRAME - 4000;
    video.pts[17] = 15 * FRAME - 2000;
    const dropping = new MovieAssembly();
    dropping.add({ source: 0, tracks: [video], first: 15, end: 30, startSeconds: 0, dropsLeading: true });
    expect(dropping.finish().frames).toBe(13);
    const keeping = new MovieAssembly();
    keeping.add({ source: 0, tracks: [video], first: 15, end: 30, startSeconds: 0 });
    expect(keeping.finish().frames).toBe(15);
  });
});
