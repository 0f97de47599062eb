// What ffmpeg writes goes through the reader and the writers; ffprobe must still see the same film.
import { type ClipOptions, describeWithFfmpeg, fragmentedClip, type Probed, probe } from '../test/ffmpeg-clip.ts';
import { join } from '../test/synthetic-tracks.ts';
import {
  Fmp4Reader,
  findSps,
  type Movie,
  parseBoxHeader,
  parseMoof,
  parseMoov,
  parseSps,
  pictureType,
  planProgressiveFile,
  readSampleTables,
  type Sample,
  type SampleLocation,
  type Track,
  writeFragment,
  writeInitSegment,
} from './index.ts';

const CLIPS: Readonly<Record<string, ClipOptions & { readonly bFrames: boolean }>> = {
  'h264 without B-frames': { video: ['-c:v', 'libx264', '-bf', '0', '-g', '5'], bFrames: false },
  'h264 with B-frames': { video: ['-c:v', 'libx264', '-bf', '2', '-b_strategy', '0', '-g', '10'], bFrames: true },
  h265: { video: ['-c:v', 'libx265', '-x265-params', 'log-level=error:keyint=5:bframes=0'], bFrames: false },
  'h265 with B-frames and hvc1': { video: ['-c:v', 'libx265', '-tag:v', 'hvc1', '-x265-params', 'log-level=error:keyint=10:bframes=2'], bFrames: true },
  'h264 with aac': { video: ['-c:v', 'libx264', '-bf', '0', '-g', '5'], audio: ['-c:a', 'aac'], bFrames: false },
  'h264 with B-frames and aac': { video: ['-c:v', 'libx264', '-bf', '2', '-b_strategy', '0'], audio: ['-c:a', 'aac'], bFrames: true },
  'h264 with opus': { video: ['-c:v', 'libx264', '-bf', '0', '-g', '5'], audio: ['-c:a', 'libopus'], bFrames: false },
};

const read = (bytes: Uint8Array, chunkBytes: number): { tracks: readonly Track[]; samples: Sample[] } => {
  const reader = new Fmp4Reader();
  let tracks: readonly Track[] = [];
  const samples: Sample[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    for (const item of reader.push(bytes.slice(at, at + chunkBytes))) {
      if (item.type === 'init') tracks = item.tracks;
      else samples.push(...item.samples);
    }
  }
  return { tracks, samples };
};

const index = (file: Uint8Array): { movie: Movie; locations: SampleLocation[]; moov: Uint8Array } => {
  const locations: SampleLocation[] = [];
  let movie: Movie | undefined;
  let moov: Uint8Array = new Uint8Array(0);
  for (let at = 0; at < file.length; ) {
    const header = parseBoxHeader(file, at)!;
    const box = file.subarray(at, at + header.size);
    if (header.type === 'moov') {
      moov = box;
      movie = parseMoov(box);
    }
    if (header.type === 'moof') locations.push(...parseMoof(box, at, movie!));
    at += header.size;
  }
  return { movie: movie!, locations, moov };
};

const rewrite = (tracks: readonly Track[], samples: readonly Sample[], perFragment: number): Uint8Array => {
  const parts = [writeInitSegment(tracks)];
  for (let at = 0; at < samples.length; at += perFragment) parts.push(writeFragment(parts.length, samples.slice(at, at + perFragment), tracks));
  return join(...parts);
};

const fastStart = (file: Uint8Array): Uint8Array => {
  const { movie, locations } = index(file);
  const plan = planProgressiveFile({ tracks: movie.tracks, samples: locations });
  const out = join(plan.header, ...plan.copies.map(({ offset, size }) => file.subarray(offset, offset + size)));
  expect(out.length).toBe(plan.sizeBytes);
  return out;
};

/** Packets of a kind, with times counted from the earliest picture or sound of the file. */
const packets = (probed: Probed, kind: string) => {
  const start = Math.min(...probed.packets.map((packet) => packet.ptsUs));
  return probed.packets.filter((packet) => packet.kind === kind).map((packet) => ({ ...packet, ptsUs: packet.ptsUs - start, dtsUs: packet.dtsUs - start }));
};

/** Pictures are compared with ffprobe's view of the clip, sound with ours: ffprobe drops frames ffmpeg timed badly. */
const expectSameFilm = (actual: Probed, expected: Probed, sound: readonly Sample[]): void => {
  expect(actual.frames).toEqual({ ...expected.frames, ...(sound.length > 0 ? { audio: sound.length } : {}) });
  const [now, before] = [packets(actual, 'video'), packets(expected, 'video')];
  expect(now.map(({ size, isKey }) => ({ size, isKey }))).toEqual(before.map(({ size, isKey }) => ({ size, isKey })));
  const offBy = now.map((packet, at) => Math.max(Math.abs(packet.ptsUs - before[at]!.ptsUs), Math.abs(packet.dtsUs - before[at]!.dtsUs)));
  expect(Math.max(...offBy)).toBeLessThanOrEqual(25);
  const heard = packets(actual, 'audio');
  const start = heard[0]?.ptsUs ?? 0;
  const firstDts = sound[0]?.dts ?? 0;
  expect(heard.map((packet) => packet.size)).toEqual(sound.map((sample) => sample.data.length));
  heard.forEach((packet, at) => expect(Math.abs(packet.ptsUs - start - (sound[at]!.dts - firstDts) / 0.048)).toBeLessThanOrEqual(25));
};

const soundOf = (clip: Uint8Array): Sample[] => {
  const { tracks, samples } = read(clip, 5000);
  return samples.filter((sample) => tracks.some((track) => track.kind === 'audio' && track.trackId === sample.trackId));
};

describeWithFfmpeg('a clip of a real encoder', () => {
  for (const [name, options] of Object.entries(CLIPS)) {
    describe(name, () => {
      let clip: Uint8Array;
      let original: Probed;
      beforeAll(() => {
        clip = fragmentedClip(options);
        original = probe(clip);
      });

      it('is read with tracks, key flags and picture types that match its bitstream', () => {
        const { tracks, samples } = read(clip, 1000);
        const video = tracks[0]!;
        expect(video).toMatchObject({ kind: 'video', codec: name.slice(0, 4), width: 160, height: 120, nalLengthSize: 4 });
        expect(tracks).toHaveLength(options.audio === undefined ? 1 : 2);
        if (tracks[1] !== undefined)
          expect(tracks[1]).toMatchObject({ kind: 'audio', codecString: name.includes('opus') ? 'opus' : 'mp4a.40.2', sampleRate: 48_000, channels: 1 });
        if (video.kind !== 'video') throw new Error('The first track is not video.');
        const facts = parseSps(findSps(video)!, video.codec);
        expect(facts).toMatchObject({ width: 160, height: 120, fps: 10, bitDepth: 8, chromaFormat: 1 });
        expect(facts.codecString.slice(5)).toBe(video.codecString.slice(5));
        expect(facts.reorderFrames === 0).toBe(!options.bFrames);
        const own = samples.filter((sample) => sample.trackId === video.trackId);
        const types = own.map((sample) => pictureType(sample.data, video));
        expect(own).toHaveLength(20);
        expect(types).not.toContain('unknown');
        expect(types.includes('B')).toBe(options.bFrames);
        own.forEach((sample, at) => expect(sample.isKey && types[at] !== 'I').toBe(false));
      });

      it('has sound that goes on evenly', () => {
        const sound = soundOf(clip);
        // The first sample is left out: ffmpeg begins every track at 0 and makes its first sample as long as that takes.
        sound.slice(2).forEach((sample, at) => expect(Math.abs(sample.dts - sound[at + 1]!.dts - 1024)).toBeLessThanOrEqual(96));
        expect(sound.every((sample) => sample.duration > 0)).toBe(true);
      });

      it('is the same film after the fragment writer, with one or many samples a fragment', () => {
        const { tracks, samples } = read(clip, 777);
        for (const perFragment of [1, 7]) expectSameFilm(probe(rewrite(tracks, samples, perFragment)), original, soundOf(clip));
      });

      it('is the same film as a fast-start file, which begins at 0', () => {
        const progressive = fastStart(rewrite(...(Object.values(read(clip, 4096)) as [readonly Track[], Sample[]]), 5));
        const probed = probe(progressive);
        expectSameFilm(probed, original, soundOf(clip));
        expect(Math.min(...probed.streams.map((stream) => stream.startSeconds))).toBe(0);
        const { movie, moov } = index(progressive);
        const times = readSampleTables(moov, movie);
        expect(times).toHaveLength(original.packets.length);
        const video = times.filter((sample) => sample.trackId === movie.tracks[0]!.trackId);
        const seen = probed.packets.filter((packet) => packet.kind === 'video').map((packet) => packet.ptsUs);
        video.forEach((sample, at) => expect(Math.abs((sample.pts / movie.tracks[0]!.timescale) * 1e6 - seen[at]!)).toBeLessThan(2));
      });
    });
  }
});
