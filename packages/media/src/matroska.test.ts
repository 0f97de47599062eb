// What is written here must be what other programs read: ffprobe judges.
import { describeWithFfmpeg, fragmentedClip, probe } from '../test/ffmpeg-clip.ts';
import { Fmp4Reader } from './fmp4-reader.ts';
import { MATROSKA_TICK_US, matroskaFrameHead, matroskaHead } from './matroska.ts';
import type { Sample, VideoTrack } from './track.ts';

const read = (clip: Uint8Array): { readonly track: VideoTrack; readonly samples: readonly Sample[] } => {
  let track: VideoTrack | undefined;
  const samples: Sample[] = [];
  for (const item of new Fmp4Reader({ maxBoxBytes: 1024 * 1024 }).push(clip)) {
    if (item.type === 'samples') samples.push(...item.samples);
    else track = item.tracks.find((candidate): candidate is VideoTrack => candidate.kind === 'video');
  }
  if (track === undefined) throw new Error('the clip has no video');
  return { track, samples };
};

describeWithFfmpeg('a Matroska stream', () => {
  it.each([
    ['H.264', ['-c:v', 'libx264', '-g', '5', '-bf', '0']],
    ['H.264 with B-frames', ['-c:v', 'libx264', '-g', '10', '-bf', '2']],
    ['H.265', ['-c:v', 'libx265', '-x265-params', 'log-level=none:keyint=5:bframes=0']],
  ])('of %s holds each frame at the time it was given, and decodes', (_name, video) => {
    const { track, samples } = read(fragmentedClip({ video }));
    const times = samples.map(({ pts }) => Math.round((pts * 1e6) / track.timescale / MATROSKA_TICK_US));
    const frames = samples.flatMap(({ data, isKey }, index) => [matroskaFrameHead(times[index] ?? 0, data.length, isKey), data]);
    const probed = probe(Buffer.concat([matroskaHead(track), ...frames]));
    expect(probed.frames).toEqual({ video: 20 });
    expect(probed.packets.map(({ ptsUs, isKey, size }) => ({ ptsUs, isKey, size }))).toEqual(
      samples.map(({ data, isKey }, index) => ({ ptsUs: (times[index] ?? 0) * MATROSKA_TICK_US, isKey, size: data.length })),
    );
  });

  it('of a track without a decoder configuration cannot be begun', () => {
    const { track } = read(fragmentedClip({ video: ['-c:v', 'libx264'], seconds: 1 }));
    const sampleEntry = Buffer.from(track.sampleEntry);
    sampleEntry.write('free', sampleEntry.indexOf('avcC'), 'latin1');
    expect(() => matroskaHead({ ...track, sampleEntry })).toThrow('decoder configuration');
  });
});
