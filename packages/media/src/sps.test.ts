import fc from 'fast-check';
import { H264_SPS } from '../test/synthetic-tracks.ts';
import { MediaError, parseH264Sps, parseH265Sps, parseSps } from './index.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

describe('parseSps', () => {
  it('reads size, profile, level and frame rate of H.264', () => {
    expect(parseH264Sps(H264_SPS)).toMatchObject({ codec: 'h264', width: 1280, height: 720, profile: 100, level: 31, fps: 30, codecString: 'avc1.64001f' });
  });

  it('reads a Baseline set without timing: no reordering, no frame rate', () => {
    const facts = parseH264Sps(bytes('6742c01ef40501ed00'));
    expect(facts).toMatchObject({ width: 640, height: 480, profile: 66, level: 30, reorderFrames: 0, codecString: 'avc1.42c01e' });
    expect(facts.fps).toBeUndefined();
  });

  it('keeps the picture size where the timing information is cut off', () => {
    const cut = parseH264Sps(H264_SPS.subarray(0, 13));
    expect(cut).toMatchObject({ width: 1280, height: 720 });
    expect(cut.fps).toBeUndefined();
  });

  it.each(['h264', 'h265'] as const)('refuses what is not a parameter set of %s', (codec) => {
    expect(() => parseSps(new Uint8Array(20), codec)).toThrow(MediaError);
    expect(() => parseSps(new Uint8Array(0), codec)).toThrow(MediaError);
  });

  it('answers noise with a MediaError or with facts, never with anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 80 }), fc.boolean(), (noise, isH264) => {
        noise[0] = isH264 ? 0x67 : 0x42;
        try {
          expect((isH264 ? parseH264Sps : parseH265Sps)(noise).width).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(MediaError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
