// What a controller writes to begin, change and end a live view (HAP-R2 §9.90 ff., TLV8).
import type { SrtpMaster } from './srtp-keys.ts';
import { decodeTlv, encodeTlv, float32, littleEndian } from './tlv8.ts';

const SUITE_AES_CM_128_HMAC_SHA1_80 = 0;
const COMMANDS = { start: 1, end: 0, suspend: 2, resume: 3, reconfigure: 4 } as const;
const OPUS = 3;
const COMFORT_NOISE_TYPE = 13;
const STATUSES = ['ready', 'busy', 'error'] as const;

/** Where a controller wants to be sent to, and with which keys. */
export interface EndpointRequest {
  /** 16 bytes. */
  readonly sessionId: Uint8Array;
  readonly address: string;
  readonly videoPort: number;
  readonly audioPort: number;
  readonly video: SrtpMaster;
  readonly audio: SrtpMaster;
}

/** What the camera answered. */
export interface EndpointAnswer {
  readonly status: (typeof STATUSES)[number];
  readonly address: string;
  readonly videoPort: number;
  readonly audioPort: number;
  readonly video: SrtpMaster;
  readonly audio: SrtpMaster;
  readonly videoSsrc: number;
  readonly audioSsrc: number;
}

/** What is asked for of the picture. */
export interface VideoRequest {
  readonly profile: 0 | 1 | 2;
  readonly level: 0 | 1 | 2;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly payloadType: number;
  /** The controller's. */
  readonly ssrc: number;
  readonly kbps: number;
  readonly reportSeconds: number;
  /** Largest datagram, in bytes. */
  readonly mtu: number;
}

/** What is asked for of the sound: Opus. */
export interface AudioRequest {
  readonly sampleRate: 16000 | 24000;
  readonly frameMs: 20 | 30 | 40 | 60;
  readonly payloadType: number;
  readonly ssrc: number;
  readonly kbps: number;
  readonly reportSeconds: number;
}

/** The value written to SetupEndpoints, base64. */
export function endpointRequest(request: EndpointRequest): string {
  const isV6 = request.address.includes(':');
  const address = encodeTlv([1, isV6 ? 1 : 0], [2, request.address], [3, littleEndian(request.videoPort, 2)], [4, littleEndian(request.audioPort, 2)]);
  const tlv = encodeTlv([1, request.sessionId], [3, address], [4, cryptoOf(request.video)], [5, cryptoOf(request.audio)]);
  return tlv.toString('base64');
}

/** Reads what SetupEndpoints says after the write. */
export function endpointAnswer(value: string): EndpointAnswer {
  const tlv = decodeTlv(Buffer.from(value, 'base64'));
  const status = STATUSES[tlv.number(2)] ?? 'error';
  if (status !== 'ready') return { status, address: '', videoPort: 0, audioPort: 0, video: NO_KEYS, audio: NO_KEYS, videoSsrc: 0, audioSsrc: 0 };
  const address = tlv.list(3);
  return {
    status,
    address: address.text(2),
    videoPort: address.number(3),
    audioPort: address.number(4),
    video: { key: tlv.list(4).bytes(2), salt: tlv.list(4).bytes(3) },
    audio: { key: tlv.list(5).bytes(2), salt: tlv.list(5).bytes(3) },
    videoSsrc: tlv.number(6),
    audioSsrc: tlv.number(7),
  };
}

/** The value written to SelectedRTPStreamConfiguration, base64. To end, suspend or resume needs no more than the session. */
export function streamCommand(command: keyof typeof COMMANDS, sessionId: Uint8Array, video?: VideoRequest, audio?: AudioRequest): string {
  const session = encodeTlv([1, sessionId], [2, COMMANDS[command]]);
  const items: [number, Buffer][] = [[1, session]];
  if (video !== undefined) items.push([2, videoParameters(video)]);
  if (audio !== undefined) items.push([3, audioParameters(audio)]);
  return encodeTlv(...items).toString('base64');
}

const NO_KEYS: SrtpMaster = { key: new Uint8Array(16), salt: new Uint8Array(14) };

const cryptoOf = ({ key, salt }: SrtpMaster): Buffer => encodeTlv([1, SUITE_AES_CM_128_HMAC_SHA1_80], [2, key], [3, salt]);

function videoParameters({ profile, level, width, height, fps, payloadType, ssrc, kbps, reportSeconds, mtu }: VideoRequest): Buffer {
  return encodeTlv(
    [1, 0],
    [2, encodeTlv([1, profile], [2, level], [3, 0])],
    [3, encodeTlv([1, littleEndian(width, 2)], [2, littleEndian(height, 2)], [3, fps])],
    [4, encodeTlv([1, payloadType], [2, littleEndian(ssrc, 4)], [3, littleEndian(kbps, 2)], [4, float32(reportSeconds)], [5, littleEndian(mtu, 2)])],
  );
}

function audioParameters({ sampleRate, frameMs, payloadType, ssrc, kbps, reportSeconds }: AudioRequest): Buffer {
  const form = encodeTlv([1, 1], [2, 0], [3, sampleRate === 16000 ? 1 : 2], [4, frameMs]);
  const rtp = encodeTlv([1, payloadType], [2, littleEndian(ssrc, 4)], [3, littleEndian(kbps, 2)], [4, float32(reportSeconds)], [6, COMFORT_NOISE_TYPE]);
  return encodeTlv([1, OPUS], [2, form], [3, rtp], [4, 0]);
}
