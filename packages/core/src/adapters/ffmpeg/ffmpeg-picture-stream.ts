// Pictures of a whole event: packets go in as Annex B, one JPEG of every n-th frame comes out. Its own process at low
// priority: when it is slow it refuses packets, when it dies only pictures are missing.
import { toAnnexB } from '@nightjar/media';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Packet } from '../../model/packet.ts';
import type { WallMs } from '../../model/time.ts';
import type { PictureStream, PictureStreamFactory, PictureStreamRequest } from '../../ports/picture-stream.ts';
import { jpegArgs, QUIET } from './common-args.ts';
import { withExif } from './exif-segment.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { MultipartPictures } from './multipart-pictures.ts';

const PICTURE_NICE = 10;
/** Bytes that wait for the decoder before packets are refused. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
const END_WITHIN_MS = 5000;

/** Opens ffmpeg picture streams. */
export const ffmpegPictureStreams: PictureStreamFactory = {
  open: (request) => new FfmpegPictureStream(request),
};

const streamArgs = ({ video, everyNth }: PictureStreamRequest): string[] => [
  ...[...QUIET, '-probesize', '32', '-analyzeduration', '0'],
  ...['-f', video.codec === 'h264' ? 'h264' : 'hevc', '-i', 'pipe:0', '-an'],
  ...jpegArgs(everyNth > 1 ? [`framestep=${everyNth}`] : []),
  ...['-flush_packets', '1', '-f', 'mpjpeg', 'pipe:1'],
];

class FfmpegPictureStream implements PictureStream {
  readonly #request: PictureStreamRequest;
  readonly #process: FfmpegProcess;
  readonly #settled: Promise<void>;
  /** Frames taken whose fate is not known yet, oldest first. */
  readonly #taken: { readonly frame: number; readonly wallMs: WallMs }[] = [];
  #first = true;
  #ended = false;

  constructor(request: PictureStreamRequest) {
    this.#request = request;
    this.#process = new FfmpegProcess({ args: streamArgs(request), stdin: 'pipe', nice: PICTURE_NICE });
    const pictures = new MultipartPictures(
      (jpeg) => this.#emit(jpeg),
      () => this.#process.stop(),
    );
    this.#process.stdout.on('data', (chunk: Buffer) => pictures.push(chunk));
    this.#settled = this.#process.ended.then(
      (end) => {
        if (!this.#ended) this.#fail(new RecorderError('PICTURE_FAILED', `the picture decoder stopped: ${end.complaints.at(-1) ?? `exit code ${end.code}`}`));
      },
      (error: unknown) => this.#fail(RecorderError.wrap(error, 'PICTURE_FAILED', 'the picture decoder')),
    );
  }

  feed(packet: Packet, frame: number): boolean {
    const { stdin } = this.#process;
    if (this.#ended || stdin === null || stdin.writableLength > MOST_WAITING_BYTES) return false;
    const { video } = this.#request;
    const head = this.#first || packet.isKey ? { parameterSets: video.parameterSets } : {};
    this.#first = false;
    stdin.write(toAnnexB(packet.data, video.nalLengthSize, { ...head, trailingDelimiter: video.codec }));
    this.#taken.push({ frame, wallMs: packet.wallMs });
    return true;
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#process.stdin?.end();
    const timer = setTimeout(() => this.#process.stop(), END_WITHIN_MS);
    await this.#settled;
    clearTimeout(timer);
  }

  #fail(error: RecorderError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#request.onFailure(error);
  }

  #emit(jpeg: Uint8Array): void {
    const { everyNth, exif, onPicture } = this.#request;
    const [shown] = this.#taken.splice(0, everyNth);
    if (shown !== undefined) onPicture({ jpeg: exif ? withExif(jpeg, shown.wallMs) : jpeg, frame: shown.frame });
  }
}
