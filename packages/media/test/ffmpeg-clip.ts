// Tiny clips made by a real ffmpeg, and ffprobe's opinion of what we write.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FRAGMENTED = ['-f', 'mp4', '-movflags', 'empty_moov+default_base_moof+frag_every_frame', '-'];
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

const found = (tool: string): boolean => spawnSync(tool, ['-version'], { stdio: 'ignore' }).status === 0;

/** `describe`, or a skipped one that says why. */
export const describeWithFfmpeg = (name: string, body: () => void): void => {
  if (found('ffmpeg') && found('ffprobe')) describe(name, body);
  else describe.skip(`${name} (skipped: ffmpeg or ffprobe is not installed)`, body);
};

const run = (tool: string, args: readonly string[]): Uint8Array => {
  const result = spawnSync(tool, ['-v', 'error', ...args], { maxBuffer: MAX_OUTPUT_BYTES });
  if (result.status !== 0) throw new Error(`${tool} failed: ${result.stderr.toString()}`);
  return result.stdout;
};

/** What a clip is made of. */
export interface ClipOptions {
  readonly video: readonly string[];
  readonly audio?: readonly string[];
  readonly seconds?: number;
  readonly size?: string;
}

/** A fragmented MP4, one fragment a frame, as a camera process writes it: encoded first, then copied. */
export const fragmentedClip = (options: ClipOptions): Uint8Array => {
  const seconds = String(options.seconds ?? 2);
  const directory = mkdtempSync(join(tmpdir(), 'clip-'));
  try {
    const encoded = join(directory, 'clip.mkv');
    const sound = options.audio === undefined ? [] : ['-f', 'lavfi', '-i', `sine=duration=${seconds}:sample_rate=48000`];
    const picture = ['-f', 'lavfi', '-i', `testsrc=size=${options.size ?? '160x120'}:rate=10:duration=${seconds}`];
    run('ffmpeg', [...picture, ...sound, '-pix_fmt', 'yuv420p', ...options.video, ...(options.audio ?? []), encoded]);
    return run('ffmpeg', ['-i', encoded, '-c', 'copy', ...FRAGMENTED]);
  } finally {
    rmSync(directory, { recursive: true });
  }
};

/** One packet as ffprobe sees it; times in microseconds. */
export interface ProbedPacket {
  readonly kind: string;
  readonly ptsUs: number;
  readonly dtsUs: number;
  readonly isKey: boolean;
  readonly size: number;
}

/** What ffprobe says about a file. */
export interface Probed {
  readonly packets: readonly ProbedPacket[];
  /** Frames that decode, by kind. */
  readonly frames: Readonly<Record<string, number>>;
  readonly durationSeconds: number;
  readonly streams: readonly { readonly kind: string; readonly startSeconds: number; readonly durationSeconds: number }[];
}

interface ProbeOutput {
  readonly packets: readonly { codec_type: string; pts_time: string; dts_time: string; flags: string; size: string }[];
  readonly streams: readonly { codec_type: string; nb_read_frames: string; start_time: string; duration: string }[];
  readonly format: { duration: string };
}

const micros = (seconds: string): number => Math.round(Number(seconds) * 1e6);

/** Lets ffprobe read and decode a whole file. @throws Error where it complains about anything. */
export const probe = (bytes: Uint8Array): Probed => {
  const directory = mkdtempSync(join(tmpdir(), 'probe-'));
  const path = join(directory, 'file.mp4');
  try {
    writeFileSync(path, bytes);
    const result = spawnSync('ffprobe', ['-v', 'error', '-of', 'json', '-show_packets', '-show_streams', '-show_format', '-count_frames', path], {
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    if (result.status !== 0 || result.stderr.length > 0) throw new Error(`ffprobe complains: ${result.stderr.toString()}`);
    const output = JSON.parse(result.stdout.toString()) as ProbeOutput;
    return {
      packets: output.packets.map((packet) => ({
        kind: packet.codec_type,
        ptsUs: micros(packet.pts_time),
        dtsUs: micros(packet.dts_time),
        isKey: packet.flags.startsWith('K'),
        size: Number(packet.size),
      })),
      frames: Object.fromEntries(output.streams.map((stream) => [stream.codec_type, Number(stream.nb_read_frames)])),
      durationSeconds: Number(output.format.duration),
      streams: output.streams.map((stream) => ({
        kind: stream.codec_type,
        startSeconds: Number(stream.start_time),
        durationSeconds: Number(stream.duration),
      })),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
};
