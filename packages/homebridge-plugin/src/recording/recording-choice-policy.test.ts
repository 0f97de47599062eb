import type { Camera, CameraStream } from '@nightjar/client';
import { fakeCamera } from '@nightjar/testkit';
import { chooseSound, chooseVideo, type RecordingWish, type VideoChoice } from './recording-choice-policy.ts';

const WISH: RecordingWish = { width: 1920, height: 1080, fps: 15, kbps: 1600, fragmentMs: 4000, prebufferMs: 4000, sound: { sampleRate: 16_000, kbps: 24 } };
const LIMITS = { maxKbps: 2000, notCopied: new Set<never>() };
const MAIN: CameraStream = { stream: 'main', codec: 'avc1.64001f', width: 1920, height: 1080, fps: 25, bitrateKbps: 1900, gopSeconds: 2, hasBFrames: false };
const SUB: CameraStream = { ...MAIN, stream: 'sub', width: 1280, height: 720, bitrateKbps: 800 };

const camera = (...streams: CameraStream[]): Camera => {
  const fake = fakeCamera('porch');
  return { ...fake, streams, state: { ...fake.state, analysisFps: 5 } };
};

const words = ({ stream, form, why }: VideoChoice): string => `${stream} ${form === undefined ? 'copied' : 'encoded'}${why === undefined ? '' : `: ${why}`}`;

describe('chooseVideo', () => {
  it.each<[string, CameraStream[], string]>([
    ['the sub stream, where it is 720p', [MAIN, SUB], 'sub copied'],
    ['the sub stream of a doorbell that stands upright', [MAIN, { ...SUB, width: 720, height: 1280 }], 'sub copied'],
    ['the main stream, where the sub stream is small', [MAIN, { ...SUB, width: 640, height: 360 }], 'main copied'],
    ['the main stream, where there is no other', [MAIN], 'main copied'],
    ['key frames a hair more than a fragment apart', [{ ...MAIN, gopSeconds: 4.1 }], 'main copied'],
    ['key frames too far apart', [{ ...MAIN, gopSeconds: 5 }], 'main encoded: its key frames are 5.0 s apart'],
    ['H.265', [{ ...MAIN, codec: 'hvc1.1.6.L93.B0' }], 'main encoded: H.265 is not the H.264 that hubs take'],
    ['B-frames', [{ ...MAIN, hasBFrames: true }], 'main encoded: it has B-frames'],
    ['too many bits', [{ ...MAIN, bitrateKbps: 4096.4 }], 'main encoded: 4096 kbit/s is above 2000'],
    ['too many pixels', [{ ...MAIN, width: 2560, height: 1440 }], 'main encoded: 2560x1440 is larger than 1080p'],
    ['nothing received', [{ ...MAIN, codec: '', gopSeconds: 0, bitrateKbps: 0 }], 'main encoded: nothing is known of it yet'],
    ['one key frame received', [{ ...MAIN, gopSeconds: 0 }], 'main encoded: nothing is known of it yet'],
    ['H.265 with a good sub stream', [{ ...MAIN, codec: 'hvc1.1.6.L93.B0' }, SUB], 'sub copied'],
    [
      'a sub stream that cannot be copied and is smaller than wanted',
      [
        { ...MAIN, gopSeconds: 8 },
        { ...SUB, gopSeconds: 8 },
      ],
      'main encoded: its key frames are 8.0 s apart',
    ],
  ])('takes for %s', (_, streams, expected) => {
    expect(words(chooseVideo(camera(...streams), WISH, LIMITS)[0]!)).toBe(expected);
  });

  it('decodes the smaller stream, where it is as large as what is wanted', () => {
    const streams = [MAIN, SUB].map((stream) => ({ ...stream, gopSeconds: 10 }));
    expect(chooseVideo(camera(...streams), { ...WISH, width: 1280, height: 720 }, LIMITS)[0]).toMatchObject({
      stream: 'sub',
      form: { width: 1280, height: 720 },
    });
  });

  it('leaves a sub stream alone of which the recorder has no past', () => {
    const { analysisFps: _, ...state } = camera().state;
    expect(chooseVideo({ ...camera(MAIN, SUB), state }, WISH, LIMITS)).toMatchObject([{ stream: 'main' }, { stream: 'main', form: { kbps: 1600 } }]);
  });

  it('copies no H.264 of a profile that was not offered', () => {
    expect(chooseVideo(camera({ ...MAIN, codec: 'avc1.6e0028' }), WISH, LIMITS)[0]!.why).toBe('avc1.6e0028 is not the H.264 that hubs take');
  });

  it('encodes as the hub chose, within what is allowed, with two groups of pictures a fragment', () => {
    const encoded = (kbps: number): unknown => chooseVideo(undefined, { ...WISH, kbps }, LIMITS)[0]!.form;
    expect(encoded(1600)).toEqual({ codec: 'h264', width: 1920, height: 1080, fps: 15, kbps: 1600, gopSeconds: 2 });
    expect([encoded(6000), encoded(0)]).toEqual([expect.objectContaining({ kbps: 2000 }), expect.objectContaining({ kbps: 200 })]);
  });

  it('copies no stream again for which that failed', () => {
    expect(chooseVideo(camera(MAIN, SUB), WISH, { ...LIMITS, notCopied: new Set(['sub']) })).toMatchObject([
      { stream: 'main' },
      { stream: 'main', form: { kbps: 1600 } },
    ]);
    const neither = chooseVideo(camera(MAIN, SUB), WISH, { ...LIMITS, notCopied: new Set(['sub', 'main']) });
    expect(neither[0]).toMatchObject({ stream: 'main', why: 'copying it failed lately', form: { gopSeconds: 2 } });
  });

  it('goes by what an older recorder measures', () => {
    const { streams: _, ...old } = camera();
    expect(chooseVideo({ ...old, state: { ...old.state, ...MAIN } }, WISH, LIMITS)).toMatchObject([
      { stream: 'main' },
      { stream: 'main', form: { kbps: 1600 } },
    ]);
  });

  it('says what to try when that comes to nothing: the other stream, encoding, and what is only too much', () => {
    const all = (...streams: CameraStream[]): string[] => chooseVideo(camera(...streams), WISH, LIMITS).map(words);
    expect(all(MAIN, SUB)).toEqual(['sub copied', 'main copied', 'main encoded: copying it failed']);
    const much = '6000 kbit/s is above 2000';
    expect(all({ ...MAIN, bitrateKbps: 6000 })).toEqual([`main encoded: ${much}`, `main copied: ${much}, but it cannot be encoded`]);
    expect(all({ ...MAIN, bitrateKbps: 6000, hasBFrames: true })).toEqual(['main encoded: it has B-frames']);
  });
});

describe('chooseSound', () => {
  const loud: CameraStream = { ...MAIN, audio: { codec: 'aac', sampleRate: 48_000, channels: 2 } };

  it('asks for AAC as the hub chose it', () => {
    expect(chooseSound(camera(loud), WISH, true)).toEqual({ codec: 'aac', sampleRate: 16_000, channels: 1, kbps: 24 });
    expect(chooseSound(camera(loud), { ...WISH, sound: { sampleRate: 16_000, kbps: 1 } }, true)).toMatchObject({ kbps: 12 });
  });

  it('asks for none where hub, settings or camera have none, or the rate is none the recorder makes', () => {
    expect(chooseSound(camera(loud), { ...WISH, sound: undefined }, true)).toBeUndefined();
    expect(chooseSound(camera(loud), WISH, false)).toBeUndefined();
    expect(chooseSound(camera(MAIN), WISH, true)).toBeUndefined();
    expect(chooseSound(undefined, WISH, true)).toBeUndefined();
    expect(chooseSound(camera(loud), { ...WISH, sound: { sampleRate: 44_100, kbps: 24 } }, true)).toBeUndefined();
  });

  it('asks for it where the camera should have it and was not heard yet', () => {
    const silent = { ...camera({ ...MAIN, codec: '' }), audio: true };
    expect(chooseSound(silent, WISH, true)).toBeDefined();
    expect(chooseSound({ ...silent, audio: false }, WISH, true)).toBeUndefined();
  });
});
