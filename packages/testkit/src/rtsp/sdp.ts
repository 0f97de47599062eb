// Describes a clip in SDP (RFC 8866) as cameras do.
import { AAC_RATES } from '../fakes/sample-track.ts';
import type { ClipAudio, MediaClip } from './media-clip.ts';

/** RTP payload types by track; G.711 has fixed ones. */
export const VIDEO_PAYLOAD_TYPE = 96;
/** The clock of video timestamps, in Hz. */
export const VIDEO_CLOCK_HZ = 90_000;

/** The payload type of a clip's sound. */
export const audioPayloadType = (audio: ClipAudio): number => ({ aac: 97, pcma: 8, pcmu: 0 })[audio.codec];

/** The SDP of a clip; its tracks are `trackID=0` (video) and `trackID=1` (audio). */
export function describeClip(clip: MediaClip, name: string): string {
  const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', `s=${name}`, 'c=IN IP4 0.0.0.0', 't=0 0', 'a=control:*', 'a=range:npt=now-', ...videoLines(clip)];
  if (clip.audio !== undefined) lines.push(...audioLines(clip.audio));
  return `${lines.join('\r\n')}\r\n`;
}

function videoLines(clip: MediaClip): readonly string[] {
  const sets = clip.video.parameterSets.map((set) => Buffer.from(set).toString('base64'));
  const media = [`m=video 0 RTP/AVP ${VIDEO_PAYLOAD_TYPE}`];
  if (clip.video.codec === 'h264') {
    const profile = Buffer.from(clip.video.parameterSets[0]?.subarray(1, 4) ?? []).toString('hex');
    media.push(`a=rtpmap:${VIDEO_PAYLOAD_TYPE} H264/${VIDEO_CLOCK_HZ}`);
    media.push(`a=fmtp:${VIDEO_PAYLOAD_TYPE} packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${sets.join(',')}`);
  } else {
    media.push(`a=rtpmap:${VIDEO_PAYLOAD_TYPE} H265/${VIDEO_CLOCK_HZ}`);
    media.push(`a=fmtp:${VIDEO_PAYLOAD_TYPE} sprop-vps=${sets[0] ?? ''};sprop-sps=${sets[1] ?? ''};sprop-pps=${sets[2] ?? ''}`);
  }
  return [...media, 'a=control:trackID=0'];
}

function audioLines(audio: ClipAudio): readonly string[] {
  const type = audioPayloadType(audio);
  if (audio.codec !== 'aac') return [`m=audio 0 RTP/AVP ${type}`, `a=rtpmap:${type} ${audio.codec.toUpperCase()}/${audio.sampleRate}`, 'a=control:trackID=1'];
  const frequencyIndex = Math.max(0, AAC_RATES.indexOf(audio.sampleRate));
  const config = Buffer.of((2 << 3) | (frequencyIndex >> 1), ((frequencyIndex & 1) << 7) | (audio.channels << 3)).toString('hex');
  return [
    `m=audio 0 RTP/AVP ${type}`,
    `a=rtpmap:${type} MPEG4-GENERIC/${audio.sampleRate}/${audio.channels}`,
    `a=fmtp:${type} streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=${config}`,
    'a=control:trackID=1',
  ];
}
