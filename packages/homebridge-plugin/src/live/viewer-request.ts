// What a viewer asks for, in our words.
import type { ReconfiguredVideoInfo, StartStreamRequest } from 'homebridge';
import type { ViewerWish } from './stream-choice-policy.ts';

/** Sound as a viewer wants it. */
export interface SoundRequest {
  readonly payloadType: number;
  /** Hz of the clock its timestamps count in. */
  readonly sampleRate: number;
  /** Milliseconds of sound in a packet. */
  readonly packetMs: 20 | 40 | 60;
}

/** A view as it is asked for. */
export interface ViewerRequest extends ViewerWish {
  readonly payloadType: number;
  /** Seconds between sender reports. */
  readonly reportSeconds: number;
  /** Largest datagram wanted. */
  readonly mtu: number;
  /** Absent: another codec than Opus was asked for. */
  readonly sound?: SoundRequest;
}

/** No report is sent more often (RFC 3550 §6.2 would allow it; viewers ask for 0 or 0.5). */
const SHORTEST_REPORT_SECONDS = 0.5;
const LONGEST_REPORT_SECONDS = 5;
/** Networks there are that lose larger datagrams (homekit.md §1a.3). */
const MOST_DATAGRAM_BYTES = 1200;
const LEAST_DATAGRAM_BYTES = 300;
/** What the recorder's encoder can put into a packet. */
const PACKETS_MS = [60, 40, 20] as const;

/** A view as HomeKit asks for it. Packets of 30 ms become ones of 20: Opus has no such frames. */
export function viewerRequest({ video, audio }: StartStreamRequest): ViewerRequest {
  const packetMs = PACKETS_MS.find((ms) => ms <= audio.packet_time) ?? 20;
  const sound = { payloadType: audio.pt, sampleRate: audio.sample_rate * 1000, packetMs };
  return {
    ...viewerWish(video, audio.packet_time),
    payloadType: video.pt,
    reportSeconds: reportSeconds(video.rtcp_interval),
    mtu: video.mtu > 0 ? Math.max(LEAST_DATAGRAM_BYTES, Math.min(MOST_DATAGRAM_BYTES, video.mtu)) : MOST_DATAGRAM_BYTES,
    ...(String(audio.codec) === 'OPUS' ? { sound } : {}),
  };
}

/** A view as it is asked for anew. */
export const changedRequest = (before: ViewerRequest, video: ReconfiguredVideoInfo): ViewerRequest => ({
  ...before,
  ...viewerWish(video, before.packetTimeMs),
  reportSeconds: reportSeconds(video.rtcp_interval),
});

/** The request as people read it, for instance `1280x720 at 30, 299 kbit/s, Opus 24 kHz in 20 ms`. */
export const describeRequest = ({ width, height, fps, kbps, sound }: ViewerRequest): string =>
  `${width}x${height} at ${fps}, ${kbps} kbit/s${sound === undefined ? '' : `, Opus ${sound.sampleRate / 1000} kHz in ${sound.packetMs} ms`}`;

const viewerWish = (video: ReconfiguredVideoInfo, packetTimeMs: number): ViewerWish => ({
  width: video.width,
  height: video.height,
  fps: video.fps,
  kbps: video.max_bit_rate,
  packetTimeMs,
});

const reportSeconds = (asked: number): number =>
  Number.isFinite(asked) ? Math.max(SHORTEST_REPORT_SECONDS, Math.min(LONGEST_REPORT_SECONDS, asked)) : SHORTEST_REPORT_SECONDS;
