// JPEG pictures: single frames decoded by a short ffmpeg run, scaled and labelled by sharp (loaded when first needed).
import { matroskaHead, type VideoTrack } from '@nightjar/media';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { FilePictureOptions, PictureMaker, PicturePacket, PictureRequest } from '../../ports/picture-maker.ts';
import { jpegArgs, QUIET } from './common-args.ts';
import { withExif } from './exif-segment.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { feedArgs, frameHead, only } from './marked-frames.ts';

const PICTURE_NICE = 5;
const LONGEST_MS = 20_000;
const LARGEST_BYTES = 32 * 1024 * 1024;
/** Capture times shake against a file's by less than this; a key frame that is wanted must not be missed for it. */
const KEY_FRAME_SLACK_SECONDS = 0.2;
const SHRINK_QUALITIES = [82, 70, 55, 40, 25] as const;

const pictureArgs = (filters: readonly string[], maxWidth: number | undefined): string[] => [
  ...['-an', '-frames:v', '1'],
  ...jpegArgs([...filters, ...(maxWidth === undefined ? [] : [`scale='min(iw,${Math.round(maxWidth)})':-2:flags=area`])]),
  ...['-f', 'image2pipe', 'pipe:1'],
];

/** Makes pictures with ffmpeg and sharp. */
export class FfmpegPictureMaker implements PictureMaker {
  async render(request: PictureRequest, signal: AbortSignal): Promise<Uint8Array> {
    const { video, packets, maxWidth } = request;
    const [key] = packets;
    if (key === undefined) throw new RecorderError('PICTURE_FAILED', 'there is no frame to make a picture of');
    const jpeg =
      (await this.#decode(video, packets, maxWidth, signal)) ??
      // Damage after the key picture: the key picture itself is better than none.
      (packets.length > 1 ? await this.#decode(video, [key], maxWidth, signal) : undefined);
    if (jpeg === undefined) throw new RecorderError('PICTURE_FAILED', 'the frame could not be decoded');
    return request.exifTime === undefined ? jpeg : withExif(jpeg, request.exifTime);
  }

  async renderFromFile(path: string, offsetSeconds: number, options: FilePictureOptions, signal: AbortSignal): Promise<Uint8Array> {
    const { keyFrame = false } = options;
    const seek = [...(keyFrame ? ['-noaccurate_seek'] : []), '-ss', (Math.max(0, offsetSeconds) + (keyFrame ? KEY_FRAME_SLACK_SECONDS : 0)).toFixed(3)];
    const jpeg = await collect({ args: [...QUIET, ...seek, '-i', `file:${path}`, ...pictureArgs([], options.maxWidth)] }, signal);
    if (jpeg === undefined) throw new RecorderError('PICTURE_FAILED', `no picture at ${offsetSeconds.toFixed(2)} s of the video`);
    return options.exifTime === undefined ? jpeg : withExif(jpeg, options.exifTime);
  }

  async shrink(jpeg: Uint8Array, maxWidth: number, maxBytes: number): Promise<Uint8Array> {
    const { default: sharp } = await import('sharp');
    let smallest: Uint8Array | undefined;
    try {
      for (const quality of SHRINK_QUALITIES) {
        smallest = await sharp(jpeg)
          .resize({ width: Math.round(maxWidth), withoutEnlargement: true })
          .jpeg({ quality, mozjpeg: false })
          .toBuffer();
        if (smallest.length <= maxBytes) return smallest;
      }
    } catch (error) {
      throw RecorderError.wrap(error, 'PICTURE_FAILED', 'the picture could not be made smaller');
    }
    throw new RecorderError('PICTURE_NOT_THAT_SMALL', `the picture is ${smallest?.length ?? 0} bytes even when compressed most; ${maxBytes} were allowed`);
  }

  async #decode(video: VideoTrack, packets: readonly PicturePacket[], maxWidth: number | undefined, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const args = [...QUIET, ...feedArgs({ isProbed: isReordered(packets) }), ...pictureArgs([only('picture')], maxWidth)];
    return collect({ args, input: matroskaOf(video, packets) }, signal);
  }
}

function matroskaOf(video: VideoTrack, packets: readonly PicturePacket[]): Uint8Array[] {
  const last = packets.reduce((newest, packet) => (packet.ptsUs > newest.ptsUs ? packet : newest));
  try {
    return [matroskaHead(video), ...packets.flatMap((packet) => [frameHead(packet, packet === last ? 'picture' : 'others'), packet.data])];
  } catch (error) {
    throw RecorderError.wrap(error, 'PICTURE_FAILED', 'the picture could not be made');
  }
}

const isReordered = (packets: readonly PicturePacket[]): boolean => packets.some(({ ptsUs }, index) => ptsUs < (packets[index - 1]?.ptsUs ?? ptsUs));

/** Runs one short job; the bytes it printed, or `undefined` where it printed none. */
async function collect(job: { args: readonly string[]; input?: readonly Uint8Array[] }, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const process = new FfmpegProcess({ args: job.args, stdin: job.input === undefined ? 'ignore' : 'pipe', nice: PICTURE_NICE });
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  const stop = (): void => process.stop();
  if (bounded.aborted) stop();
  bounded.addEventListener('abort', stop, { once: true });
  const chunks: Buffer[] = [];
  let size = 0;
  process.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LARGEST_BYTES) chunks.push(chunk);
  });
  for (const part of job.input ?? []) process.stdin?.write(part);
  process.stdin?.end();
  try {
    await process.ended;
  } catch (error) {
    throw RecorderError.wrap(error, 'PICTURE_FAILED', 'the picture could not be made');
  } finally {
    bounded.removeEventListener('abort', stop);
  }
  if (bounded.aborted)
    throw new RecorderError('PICTURE_FAILED', signal.aborted ? 'the recorder is stopping' : `the picture took longer than ${LONGEST_MS / 1000} s`);
  return size === 0 || size > LARGEST_BYTES ? undefined : new Uint8Array(Buffer.concat(chunks));
}
