// What a home hub writes to have a camera recorded (HAP-R2 §9, TLV8), and how it asks for a data stream.
import { decodeTlv, encodeTlv, littleEndian } from './tlv8.ts';

const MOTION = 1;
const MP4 = 0;
const H264 = 0;
const AAC_LC = 0;
const SAMPLE_RATES = [8000, 16000, 24000, 32000, 44100, 48000] as const;

/** A hub's choice. */
export interface RecordingChoice {
  readonly prebufferMs: number;
  readonly fragmentMs: number;
  readonly profile: 0 | 1 | 2;
  readonly level: 0 | 1 | 2;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kbps: number;
  /** Between key frames. */
  readonly keyFrameMs: number;
  readonly sampleRate: (typeof SAMPLE_RATES)[number];
  readonly audioKbps: number;
}

/** As Apple's hubs were seen to choose. */
export const USUAL_RECORDING: RecordingChoice = {
  prebufferMs: 4000,
  fragmentMs: 4000,
  profile: 1,
  level: 2,
  width: 1920,
  height: 1080,
  fps: 15,
  kbps: 2000,
  keyFrameMs: 4000,
  sampleRate: 16000,
  audioKbps: 24,
};

/** The value of SelectedCameraRecordingConfiguration, base64. */
export function recordingChoice(choice: RecordingChoice): string {
  const container = encodeTlv([1, MP4], [2, encodeTlv([1, littleEndian(choice.fragmentMs, 4)])]);
  const general = encodeTlv([1, littleEndian(choice.prebufferMs, 4)], [2, littleEndian(MOTION, 8)], [3, container]);
  const codec = encodeTlv([1, choice.profile], [2, choice.level], [3, littleEndian(choice.kbps, 4)], [4, littleEndian(choice.keyFrameMs, 4)]);
  const picture = encodeTlv([1, littleEndian(choice.width, 2)], [2, littleEndian(choice.height, 2)], [3, choice.fps]);
  const video = encodeTlv([1, H264], [2, codec], [3, picture]);
  const sound = encodeTlv([1, 1], [2, 0], [3, SAMPLE_RATES.indexOf(choice.sampleRate)], [4, littleEndian(choice.audioKbps, 4)]);
  return encodeTlv([1, general], [2, video], [3, encodeTlv([1, AAC_LC], [2, sound])]).toString('base64');
}

/** The value written to SetupDataStreamTransport, base64: a session over TCP. @param salt - 32 bytes. */
export const dataStreamRequest = (salt: Uint8Array): string => encodeTlv([1, 0], [2, 0], [3, salt]).toString('base64');

/** What the camera answered. @throws Error where it refused. */
export function dataStreamAnswer(value: string): { readonly port: number; readonly salt: Buffer } {
  const tlv = decodeTlv(Buffer.from(value, 'base64'));
  const status = tlv.number(1);
  if (status !== 0) throw new Error(`the camera refused a data stream with status ${status}`);
  return { port: tlv.list(2).number(1), salt: tlv.bytes(3) };
}
