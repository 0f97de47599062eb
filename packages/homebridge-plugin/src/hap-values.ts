// Values of hap-nodejs' enumerations.
import type { HAP } from 'homebridge';

type Values<Name extends string> = Readonly<Record<Name, number>>;

/** What the plugin uses of them. */
export interface HapValues {
  readonly AudioBitrate: Values<'VARIABLE' | 'CONSTANT'>;
  readonly AudioRecordingCodecType: Values<'AAC_LC' | 'AAC_ELD'>;
  readonly AudioRecordingSamplerate: Values<'KHZ_8' | 'KHZ_16' | 'KHZ_24' | 'KHZ_32' | 'KHZ_44_1' | 'KHZ_48'>;
  readonly AudioStreamingSamplerate: Values<'KHZ_8' | 'KHZ_16' | 'KHZ_24'>;
  readonly Categories: Values<'IP_CAMERA' | 'SWITCH' | 'VIDEO_DOORBELL'>;
  readonly H264Level: Values<'LEVEL3_1' | 'LEVEL3_2' | 'LEVEL4_0'>;
  readonly H264Profile: Values<'BASELINE' | 'HIGH' | 'MAIN'>;
  readonly HDSProtocolSpecificErrorReason: Values<'NOT_ALLOWED' | 'BUSY' | 'UNEXPECTED_FAILURE' | 'TIMEOUT' | 'INVALID_CONFIGURATION'>;
  readonly HAPStatus: Values<'NOT_ALLOWED_IN_CURRENT_STATE' | 'SERVICE_COMMUNICATION_FAILURE'>;
  readonly MediaContainerType: Values<'FRAGMENTED_MP4'>;
  readonly SRTPCryptoSuites: Values<'AES_CM_128_HMAC_SHA1_80'>;
  readonly VideoCodecType: Values<'H264'>;
}

/** Their declarations are constants that only their own compilation may read; at run time they are objects like any other. */
export const hapValues = (hap: HAP): HapValues => hap as unknown as HapValues;
