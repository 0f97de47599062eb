// A track from what is inside the stream is the one an honest camera would have announced.
import { type ClipOptions, describeWithFfmpeg, fragmentedClip, probe } from '../test/ffmpeg-clip.ts';
import { join, videoTrack } from '../test/synthetic-tracks.ts';
import { findBox, spanOf } from './box.ts';
import { Fmp4Reader, MediaError, type Sample, trackFromInBand, type VideoTrack, writeFragment, writeInitSegment } from './index.ts';

const X264 = ['-c:v', 'libx264', '-bf', '0', '-g', '5'];
const X265 = ['-c:v', 'libx265', '-x265-params', 'log-level=error:keyint=5:bframes=0'];
const CLIPS: readonly (readonly [string, ClipOptions, readonly string[]])[] = [
  ['h264 High', { video: X264, size: '160x90' }, X264],
  ['h264 Baseline', { video: [...X264, '-profile:v', 'baseline'], size: '160x120' }, X264],
  ['h265', { video: X265, size: '160x120' }, X265],
  ['h265 as hvc1', { video: [...X265, '-tag:v', 'hvc1'], size: '160x120' }, [...X265, '-tag:v', 'hvc1']],
];

const read = (bytes: Uint8Array): { readonly video: VideoTrack; readonly samples: readonly Sample[] } => {
  const samples: Sample[] = [];
  let video: VideoTrack | undefined;
  for (const item of new Fmp4Reader().push(bytes)) {
    if (item.type === 'samples') samples.push(...item.samples);
    else video = item.tracks.find((track) => track.kind === 'video');
  }
  return { video: video!, samples };
};

const withSets = (track: VideoTrack, data: Uint8Array): Uint8Array =>
  join(...track.parameterSets.map((set) => join(Uint8Array.of(0, 0, set.length >> 8, set.length & 255), set)), data);

describeWithFfmpeg('a track from its in-band parameter sets', () => {
  it.each(CLIPS)('of %s is the true one, whatever was announced', (_, options, announced) => {
    const { video, samples } = read(fragmentedClip(options));
    const other = read(fragmentedClip({ video: announced, size: '320x240' })).video;
    const rebuilt = trackFromInBand({ ...other, trackId: video.trackId, timescale: video.timescale }, withSets(video, samples[0]!.data));
    const { sampleEntry, ...facts } = video;
    expect(rebuilt).toMatchObject(facts);
    if (video.codec === 'h264') {
      const configOf = (entry: Uint8Array): Uint8Array => {
        const span = spanOf(entry, 'avc1');
        const box = findBox(entry, { ...span, body: span.body + 78 }, 'avcC')!;
        return entry.slice(box.body, box.end);
      };
      expect(configOf(rebuilt.sampleEntry)).toEqual(configOf(sampleEntry));
    }
    const fragments = samples.map((sample, index) => writeFragment(index + 1, [sample], [rebuilt]));
    expect(probe(join(writeInitSegment([rebuilt]), ...fragments)).frames).toEqual({ video: samples.length });
  });
});

describe('a picture', () => {
  it('without a sequence parameter set makes no track', () => {
    expect(() => trackFromInBand(videoTrack, Uint8Array.of(0, 0, 0, 1, 0x65))).toThrow(MediaError);
  });

  it('without a picture parameter set keeps the announced one', () => {
    const sps = Uint8Array.of(0x67, 0x42, 0xc0, 0x1e, 0xf4, 0x05, 0x01, 0xed, 0x00);
    const rebuilt = trackFromInBand(videoTrack, join(Uint8Array.of(0, 0, 0, sps.length), sps, Uint8Array.of(0, 0, 0, 1, 0x65)));
    expect(rebuilt).toMatchObject({ width: 640, height: 480, codecString: 'avc1.42c01e', parameterSets: [sps, videoTrack.parameterSets[1]] });
  });
});
