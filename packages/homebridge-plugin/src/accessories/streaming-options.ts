// What a camera in Home says it can stream. It says the same whatever it sends just now: Home asks once and remembers.
import type { AudioStreamingCodecType, CameraStreamingOptions, HAP } from 'homebridge';
import { hapValues } from '../hap-values.ts';

/** Width, height and frames a second; the small ones are for watches (homekit.md: Home wants these at least). */
const RESOLUTIONS: readonly (readonly [number, number, number])[] = [
  [1920, 1080, 30],
  [1280, 960, 30],
  [1280, 720, 30],
  [1024, 768, 30],
  [640, 480, 30],
  [640, 360, 30],
  [480, 360, 30],
  [480, 270, 30],
  [320, 240, 30],
  [320, 240, 15],
  [320, 180, 30],
];

/** hap-nodejs names codecs by words here. */
const OPUS = 'OPUS';

/**
 * H.264 and Opus. Opus alone: where AAC-ELD is offered too Home takes it, and few encoders there are can make it.
 *
 * @param hasSound - Whether a microphone is offered.
 */
export function streamingOptions(hap: HAP, hasSound: boolean): CameraStreamingOptions {
  const { AudioStreamingSamplerate, H264Level, H264Profile, SRTPCryptoSuites } = hapValues(hap);
  return {
    supportedCryptoSuites: [SRTPCryptoSuites.AES_CM_128_HMAC_SHA1_80],
    video: {
      codec: {
        profiles: [H264Profile.BASELINE, H264Profile.MAIN, H264Profile.HIGH],
        levels: [H264Level.LEVEL3_1, H264Level.LEVEL3_2, H264Level.LEVEL4_0],
      },
      resolutions: RESOLUTIONS.map(([width, height, fps]) => [width, height, fps]),
    },
    ...(hasSound
      ? {
          audio: {
            twoWayAudio: false,
            codecs: [
              {
                type: OPUS as AudioStreamingCodecType,
                audioChannels: 1,
                samplerate: [AudioStreamingSamplerate.KHZ_16, AudioStreamingSamplerate.KHZ_24],
              },
            ],
          },
        }
      : {}),
  };
}
