import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { LivePacket, LiveTracks } from '@nightjar/client';
import { Fmp4Reader, parseMoof, parseMoov } from '@nightjar/media';
import { describeWith, sampleAudioTrack, sampleVideoTrack } from '@nightjar/testkit';
import { packetAt, picturesOf } from '../../test/packets.ts';
import { type ClipShape, makeClip, temporaryFolder } from '../../test/test-clip.ts';
import { mediaUs, wallMs } from '../model/time.ts';
import { codecsOf, type LiveMp4Options, type LivePart, liveMp4 } from './live-mp4.ts';
import { livePacket } from './live-viewer.ts';

const SOUND: LiveTracks = { video: sampleVideoTrack(), audio: sampleAudioTrack() };

async function* each(packets: readonly LivePacket[]): AsyncGenerator<LivePacket, undefined> {
  yield* packets;
}

async function partsOf(packets: readonly LivePacket[], options: LiveMp4Options = {}): Promise<LivePart[]> {
  const parts: LivePart[] = [];
  for await (const part of liveMp4(each(packets), options)) parts.push(part);
  return parts;
}

/** What a camera's live clock would hand out of a clip, `offsetUs` after its start. */
async function liveOf(path: string, offsetUs: number): Promise<LivePacket[]> {
  const fragmented = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-c', 'copy', '-f', 'mp4', '-movflags', 'empty_moov+default_base_moof+frag_every_frame', '-'],
    { maxBuffer: 64e6 },
  );
  const items = new Fmp4Reader().push(fragmented);
  const tracks = items.flatMap((item) => (item.type === 'init' ? item.tracks : []));
  const [video, audio] = [tracks.find(({ kind }) => kind === 'video'), tracks.find(({ kind }) => kind === 'audio')];
  if (video?.kind !== 'video' || audio?.kind !== 'audio') throw new Error('a clip without picture or sound');
  const live: LiveTracks = { video, audio };
  return items.flatMap((item) =>
    item.type === 'init'
      ? []
      : item.samples.map(({ trackId, data, dts, pts, duration, isKey }) => {
          const track = trackId === video.trackId ? video : audio;
          const us = (ticks: number): number => Math.round((ticks * 1e6) / track.timescale);
          const times = { ptsUs: mediaUs(us(pts)), dtsUs: mediaUs(us(dts)), durationUs: us(duration), wallMs: wallMs(0) };
          return livePacket({ track: track.kind, data, isKey, ...times }, offsetUs, live);
        }),
  );
}

const timing = (box: Uint8Array, moov: Uint8Array): { readonly startTicks: number; readonly endTicks: number } => {
  const [sample] = parseMoof(box, 0, parseMoov(moov));
  return { startTicks: sample!.dts, endTicks: sample!.dts + sample!.duration };
};

/** The box of a type in bytes that hold whole boxes. */
function boxOf(bytes: Uint8Array, type: string): Uint8Array {
  for (let at = 0; at < bytes.length; ) {
    const size = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
    if (Buffer.from(bytes.subarray(at + 4, at + 8)).toString() === type) return bytes.subarray(at, at + size);
    at += size;
  }
  throw new Error(`no box ${type}`);
}

describe('liveMp4', () => {
  it('names codecs as browsers want to hear them', () => {
    expect(codecsOf(SOUND)).toBe('avc1.64001f,mp4a.40.2');
    expect(codecsOf({ video: sampleVideoTrack({ codec: 'h265' }) })).toBe('hvc1.1.6.L93.B0');
  });

  it('makes a fragment once for all viewers', async () => {
    const packets = picturesOf(0, 300).map((packet) => livePacket(packet, 0, SOUND));
    const [one, two] = [await partsOf(packets), await partsOf(packets.slice(1))];
    expect(one.map(({ type }) => type)).toEqual(['init', 'fragment', 'fragment', 'fragment']);
    expect(two.slice(1).map(({ bytes }) => bytes)).toEqual(one.slice(2).map(({ bytes }) => bytes));
    expect(two[1]?.bytes).toBe(one[2]?.bytes);
  });

  it.each([false, true])('leaves no gap between fragments, whatever the timescale (own times: %s)', async (hasOwnTimes) => {
    for (const timescale of [90_000, 15_360, 30_000, 12_800, 16_000]) {
      const tracks = { video: { ...sampleVideoTrack(), timescale } };
      const offsetUs = 86_400_000_000;
      const us = (frame: number): number => Math.round((frame * 1e6) / 14.985);
      const packets = Array.from({ length: 500 }, (_, frame) => ({
        ...livePacket(packetAt({ ms: 0, isKey: frame === 0 }), 0, tracks),
        dtsUs: offsetUs + us(frame),
        ptsUs: offsetUs + us(frame),
        durationUs: us(frame + 1) - us(frame),
        data: new Uint8Array(10),
      }));
      const [init, ...fragments] = await partsOf(packets, { hasOwnTimes });
      const moov = boxOf(init!.bytes, 'moov');
      const times = fragments.map(({ bytes }) => timing(boxOf(bytes, 'moof'), moov));
      expect(times.slice(1).map(({ startTicks }) => startTicks)).toEqual(times.slice(0, -1).map(({ endTicks }) => endTicks));
      expect(times[0]?.startTicks).toBe(hasOwnTimes ? 0 : Math.round((offsetUs * timescale) / 1e6));
    }
  });

  it('begins another init segment where the tracks change, and leaves out sound of before the first picture', async () => {
    const other: LiveTracks = { video: sampleVideoTrack({ width: 1920, height: 1080 }) };
    const parts = await partsOf([
      livePacket(packetAt({ ms: 1000, isKey: true }), 0, SOUND),
      livePacket(packetAt({ ms: 980, track: 'audio' }), 0, SOUND),
      livePacket(packetAt({ ms: 1020, track: 'audio' }), 0, SOUND),
      livePacket(packetAt({ ms: 2000, isKey: true }), 0, other),
    ]);
    expect(parts.map((part) => (part.type === 'init' ? part.tracks.video?.width : part.packet.dtsUs / 1000))).toEqual([640, 1000, 1020, 1920, 2000]);
  });
});

describeWith('ffmpeg', 'liveMp4 of real video', () => {
  const folder = temporaryFolder();
  const clips: readonly [string, ClipShape][] = [
    ['H.264 without B-frames', {}],
    ['H.264 with B-frames', { bFrames: 2 }],
    ['H.265 with B-frames', { codec: 'libx265', bFrames: 2, closedGop: true }],
  ];

  it.each(clips.flatMap(([name, shape]) => [false, true].map((hasOwnTimes) => [name, hasOwnTimes, shape] as const)))(
    'is played by ffmpeg like the camera’s own file, from the middle of a long life on: %s (own times: %s)',
    async (name, hasOwnTimes, shape) => {
      const clip = join(folder(), `${name}.mp4`);
      await makeClip(clip, { seconds: 2, ...shape });
      const packets = await liveOf(clip, 86_400_000_000);
      const key = packets.findLastIndex(({ track, isKey }) => track === 'video' && isKey);
      const file = Buffer.concat((await partsOf(packets, { hasOwnTimes })).map(({ bytes }) => bytes));
      const late = Buffer.concat((await partsOf(packets.slice(key), { hasOwnTimes })).map(({ bytes }) => bytes));
      const hash = (input: string | Buffer, stream: string): readonly string[] => {
        const from = typeof input === 'string' ? input : 'pipe:0';
        const args = ['-v', 'error', '-i', from, '-map', stream, '-c', 'copy', '-f', 'framehash', '-hash', 'md5', '-'];
        const said = execFileSync('ffmpeg', args, { encoding: 'utf8', ...(typeof input === 'string' ? {} : { input }) });
        return said.split('\n').flatMap((line) => (line === '' || line.startsWith('#') ? [] : [line.split(',').at(-1)!.trim()]));
      };
      expect(hash(file, '0:v')).toEqual(hash(clip, '0:v'));
      expect(hash(late, '0:v')).toEqual(hash(clip, '0:v').slice(-hash(late, '0:v').length));
      expect(hash(file, '0:a').length).toBeGreaterThan(80);
      const probe = execFileSync(
        'ffprobe',
        ['-v', 'error', '-show_entries', 'format=start_time,duration:packet=stream_index,pts_time,dts_time,duration_time', '-of', 'json', '-'],
        {
          input: late,
          encoding: 'utf8',
        },
      );
      const { format, packets: probed } = JSON.parse(probe) as {
        format: { start_time: string; duration?: string };
        packets: { stream_index: number; dts_time: string; duration_time: string }[];
      };
      expect(Math.abs(Number(format.start_time))).toBeLessThan(0.2);
      if (hasOwnTimes) expect(Number(format.duration ?? 0)).toBeLessThan(3);
      const video = probed.filter((packet) => packet.stream_index === 0);
      for (const [index, packet] of video.slice(1).entries())
        expect(Number(packet.dts_time)).toBeCloseTo(Number(video[index]!.dts_time) + Number(video[index]!.duration_time), 4);
      // Every picture can be decoded.
      execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', 'pipe:0', '-f', 'null', '-'], { input: late });
    },
  );
});
