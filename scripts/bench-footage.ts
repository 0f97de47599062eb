// What the clip is, and what contestants made of it: frames they recorded and frames that are missing between those.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Facts about the clip. */
export interface Clip {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly seconds: number;
  readonly codec: string;
}

/** What the video files of a contestant hold. */
export interface Recorded {
  readonly files: number;
  readonly megabytes: number;
  readonly frames: number;
  /** Frames that were sent between the first and the last one of a file and are not in it; absent: its frames are not recognised. */
  readonly missingFrames?: number;
}

/** Where in the clip a frame is, by a hash of its bytes. */
export interface FrameIndex {
  readonly length: number;
  readonly positions: ReadonlyMap<string, number>;
}

/** Less than this share of frames recognised says nothing about the others. */
const LEAST_RECOGNISED = 0.5;

/** What the clip is, as ffprobe sees it. @throws TypeError where it holds no video. */
export function probeClip(path: string): Clip {
  const { stdout, stderr } = ffprobe(['-show_entries', 'stream=codec_name,width,height,avg_frame_rate:format=duration', '-of', 'json', path]);
  const found: { streams?: { codec_name: string; width: number; height: number; avg_frame_rate: string }[]; format?: { duration: string } } = JSON.parse(
    stdout || '{}',
  );
  const stream = found.streams?.[0];
  const [frames = 0, per = 1] = stream?.avg_frame_rate.split('/').map(Number) ?? [];
  const fps = Math.round((frames / per) * 100) / 100;
  const seconds = Number(found.format?.duration);
  if (stream === undefined || !(fps > 0) || !(seconds > 0))
    throw new TypeError(`${path} holds no video that ffprobe knows: ${stderr.trim().split('\n').at(-1)}`);
  if (stream.codec_name !== 'h264' && stream.codec_name !== 'hevc') throw new TypeError(`${path} is ${stream.codec_name}, expected H.264 or H.265`);
  return { width: stream.width, height: stream.height, fps, seconds, codec: stream.codec_name };
}

/** Learns to recognise the frames of the clip. Those that look like others, as pictures of nothing new do, are left out. */
export function indexFrames(clip: string): FrameIndex {
  const hashes = frameHashes(clip);
  const positions = new Map(hashes.map((hash, position) => [hash, position]));
  for (const [position, hash] of hashes.entries()) if (positions.get(hash) !== position) positions.delete(hash);
  return { length: hashes.length, positions };
}

/** Looks at every video file below a folder. */
export function inspectRecordings(folder: string, index: FrameIndex): Recorded {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(mp4|mkv|avi)$/.test(name)) : [];
  const files = names.map((name) => frameHashes(join(folder, name)));
  const frames = files.reduce((sum, hashes) => sum + hashes.length, 0);
  const recognised = files.flat().filter((hash) => index.positions.has(hash)).length;
  const missingFrames = files.reduce((sum, hashes) => sum + missing(hashes, index), 0);
  return {
    files: names.length,
    megabytes: names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1e6,
    frames,
    ...(recognised < frames * LEAST_RECOGNISED ? {} : { missingFrames }),
  };
}

/** Of every encoded frame in the order of decoding: recorders that don't encode keep the bytes, whatever they make of the timestamps. */
function frameHashes(path: string): readonly string[] {
  const { stdout } = ffprobe(['-show_packets', '-show_data_hash', 'md5', '-show_entries', 'packet=data_hash', '-of', 'csv=p=0', path]);
  return stdout.split('\n').flatMap((line) => /MD5:\w+/.exec(line)?.[0] ?? []);
}

/** Counts what is skipped between each recognised frame and the next one; the clip may begin anew in between. */
function missing(hashes: readonly string[], { length, positions }: FrameIndex): number {
  let frames = 0;
  let last: { readonly at: number; readonly position: number } | undefined;
  for (const [at, hash] of hashes.entries()) {
    const position = positions.get(hash);
    if (position === undefined) continue;
    if (last !== undefined) frames += (position - last.position - (at - last.at) + length) % length;
    last = { at, position };
  }
  return frames;
}

function ffprobe(args: readonly string[]): { readonly stdout: string; readonly stderr: string } {
  return spawnSync('ffprobe', ['-v', 'error', '-select_streams', 'v:0', ...args], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
}
