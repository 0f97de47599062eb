// What home hubs are offered of HomeKit Secure Video: the same of every camera, for ever.
import type { CameraRecordingOptions, HAP } from 'homebridge';
import { hapValues } from '../hap-values.ts';

/** Hubs choose what is offered here; what is less than 4 s of past, or fragments of another length, makes them record nothing. */
const [PREBUFFER_MS, FRAGMENT_MS] = [4000, 4000];
const SIZES = [
  [1920, 1080],
  [1280, 720],
] as const;
const RATES = [30, 24, 15] as const;

/**
 * The options of any camera.
 *
 * A hub forgets what it chose, and records nothing until somebody chooses anew, as soon as these are others: so they depend on neither the camera
 * nor a setting, nor may a later version of the plugin change them without need.
 */
export const recordingOptions = (hap: HAP): CameraRecordingOptions => {
  const { AudioBitrate, AudioRecordingCodecType, AudioRecordingSamplerate, H264Level, H264Profile, MediaContainerType, VideoCodecType } = hapValues(hap);
  return {
    prebufferLength: PREBUFFER_MS,
    mediaContainerConfiguration: { type: MediaContainerType.FRAGMENTED_MP4, fragmentLength: FRAGMENT_MS },
    video: {
      type: VideoCodecType.H264,
      parameters: {
        profiles: [H264Profile.BASELINE, H264Profile.MAIN, H264Profile.HIGH],
        levels: [H264Level.LEVEL3_1, H264Level.LEVEL3_2, H264Level.LEVEL4_0],
      },
      resolutions: SIZES.flatMap(([width, height]) => RATES.map((fps): [number, number, number] => [width, height, fps])),
    },
    // One codec, one rate: hubs that may choose choose what some of them cannot play.
    audio: {
      codecs: { type: AudioRecordingCodecType.AAC_LC, audioChannels: 1, bitrateMode: AudioBitrate.VARIABLE, samplerate: AudioRecordingSamplerate.KHZ_16 },
    },
  };
};
