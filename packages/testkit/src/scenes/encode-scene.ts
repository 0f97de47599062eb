// Encodes a scene to an mp4 file with ffmpeg. The same options give the same file once per process.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import ffmpeg from 'fluent-ffmpeg';
import type { Scene } from './scene.ts';

/** How a scene is encoded. */
export interface EncodeOptions {
  /** Default h264. */
  readonly codec?: 'h264' | 'h265';
  /** Default 2. Minutes are fine. */
  readonly gopSeconds?: number;
  /** Pictures between two that others refer to. Default 0, as cameras do. */
  readonly bframes?: number;
  /** Constant quality, or a constant 1 Mbit/s. Default vbr. */
  readonly rate?: 'vbr' | 'cbr';
  /** The size of the video in pixels; absent: as drawn. */
  readonly size?: { readonly width: number; readonly height: number };
  /** A tone beside the picture. Default false. */
  readonly audio?: boolean;
}

const CBR_KBPS = 1000;

let folder: string | undefined;
const encoded = new Map<string, Promise<string>>();

/**
 * Encodes `scene`.
 *
 * @returns The path of an mp4 file that must not be changed; it disappears when the process ends.
 * @throws Error where ffmpeg is missing or fails.
 */
export function encodeScene(scene: Scene, options: EncodeOptions = {}): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([scene.options, options]))
    .digest('hex')
    .slice(0, 16);
  const known = encoded.get(key);
  if (known !== undefined) return known;
  const work = encode(scene, options, join(cacheFolder(), `${key}.mp4`));
  encoded.set(key, work);
  work.catch(() => encoded.delete(key));
  return work;
}

function cacheFolder(): string {
  if (folder === undefined || !existsSync(folder)) {
    const made = mkdtempSync(join(tmpdir(), 'testkit-scenes-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}

async function encode(scene: Scene, options: EncodeOptions, path: string): Promise<string> {
  const unfinished = path.replace(/\.mp4$/, '.part.mp4');
  const pictures = Readable.from(frameBytes(scene), { objectMode: false, highWaterMark: scene.width * scene.height });
  const job = ffmpeg(pictures).inputOptions(['-f rawvideo', '-pix_fmt gray', `-s ${scene.width}x${scene.height}`, `-r ${scene.fps}`]);
  if (options.audio === true) job.input('sine=f=440:r=16000').inputFormat('lavfi').audioCodec('aac').outputOptions('-shortest');
  job.outputOptions([...videoArgs(scene, options)]);
  await new Promise<void>((resolve, reject) => {
    job.once('end', () => resolve()).once('error', (error) => reject(error));
    job.save(unfinished);
  });
  await rename(unfinished, path);
  return path;
}

function* frameBytes(scene: Scene): Generator<Buffer> {
  for (const luma of scene.frames()) yield Buffer.from(luma);
}

function videoArgs(scene: Scene, options: EncodeOptions): readonly string[] {
  const { codec = 'h264', gopSeconds = 2, bframes = 0, rate = 'vbr', size } = options;
  const gop = String(Math.max(1, Math.round(gopSeconds * scene.fps)));
  const scale = size === undefined ? [] : ['-vf', `scale=${size.width}:${size.height}`];
  const quality =
    rate === 'vbr' ? ['-crf', '25'] : ['-b:v', `${CBR_KBPS}k`, '-minrate', `${CBR_KBPS}k`, '-maxrate', `${CBR_KBPS}k`, '-bufsize', `${CBR_KBPS}k`];
  const shared = ['-pix_fmt', 'yuv420p', '-preset', 'ultrafast', '-g', gop, '-keyint_min', gop, '-bf', String(bframes), ...quality, ...scale];
  if (codec === 'h265') return ['-c:v', 'libx265', '-x265-params', 'log-level=none:scenecut=0', '-tag:v', 'hvc1', ...shared];
  const fill = rate === 'cbr' ? ['-x264-params', 'nal-hrd=cbr'] : [];
  return ['-c:v', 'libx264', '-sc_threshold', '0', ...fill, ...shared];
}
