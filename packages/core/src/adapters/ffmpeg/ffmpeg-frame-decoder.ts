// The fed decoder: packets go in as Matroska, small luma frames come out, only those that are wanted. Raw video has no times,
// so frames are matched with the packets fed. One that is fed key frames only makes JPEGs of them beside its frames: decoding them
// once more in a process that is there costs a third of what another process does.
import { isIdr, matroskaHead } from '@nightjar/media';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Packet } from '../../model/packet.ts';
import { type MediaUs, mediaUs } from '../../model/time.ts';
import type { DecodingOptions, FrameDecoderFactory, FrameDecoderRequest, KeyFrameDecoder } from '../../ports/frame-decoder.ts';
import type { PicturePacket, PictureRequest } from '../../ports/picture-maker.ts';
import { jpegArgs, QUIET, TIMED_JPEGS } from './common-args.ts';
import { withExif } from './exif-segment.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { feedArgs, frameHead, only, TIME_STEP_US } from './marked-frames.ts';
import { SidePictures } from './side-pictures.ts';

/**
 * A decoder that keeps up owes few frames now and then; one that never does within so many frames lost some to damage.
 * Streams with B-frames owe as many as they reorder: 16 at most (H.264 A.3.1, H.265 A.4.2).
 */
const DEBT = { window: 100, most: 6, ordinary: 0 };
const DEBT_OF_REORDERED = { window: 100, most: 18, ordinary: 2 };

/** Rows of a picture that make one of a frame, at least. */
const LEAST_ROWS = 3;

/** Recording must not wait for analysis when the processor is short. */
const DECODER_NICE = 5;

/** Opens ffmpeg decoders. */
export const ffmpegFrameDecoders: FrameDecoderFactory = {
  open: (request) => new FfmpegFrameDecoder(request, everyFrameArgs(request)),
  openForKeyFrames: (request) => new FfmpegFrameDecoder(request, keyFrameArgs(request), { makesPictures: true }),
};

/** Every other line is left out where at least three rows are averaged even so: the scaler then reads half of the picture. */
const halving = ({ video, height }: FrameDecoderRequest): string => (video.height >= LEAST_ROWS * 2 * height ? 'field=top,' : '');

const everyFrameArgs = (request: FrameDecoderRequest & DecodingOptions): string[] => [
  ...QUIET,
  ...(request.loopFilter ? [] : ['-skip_loop_filter', 'all']),
  ...feedArgs({ isProbed: false }),
  ...frameArgs(request),
];

const keyFrameArgs = (request: FrameDecoderRequest): string[] => [
  ...[...QUIET, '-flags', 'low_delay', ...feedArgs({ isProbed: false })],
  ...frameArgs(request),
  ...['-map', '0:v', ...jpegArgs([only('picture')]), ...TIMED_JPEGS, 'pipe:4'],
];

const frameArgs = (request: FrameDecoderRequest): string[] => [
  ...['-map', '0:v', '-vf', `${only('frame')},${halving(request)}scale=${request.width}:${request.height}:flags=area`],
  ...['-vsync', 'passthrough', '-pix_fmt', 'gray'],
  // The raw video encoder has threads of its own, and with them gives each picture out only when the next one comes.
  ...['-threads', '1'],
  ...['-flush_packets', '1', '-f', 'rawvideo', 'pipe:1'],
];

interface Owed {
  readonly packet: Packet;
  /** Packets fed up to this one. */
  readonly fed: number;
}

class FfmpegFrameDecoder implements KeyFrameDecoder {
  readonly #request: FrameDecoderRequest;
  readonly #process: FfmpegProcess;
  readonly #pictures: SidePictures | undefined;
  readonly #frame: Uint8Array;
  #filled = 0;
  /** Wanted packets whose frames have not come yet, ordered by presentation time. */
  #owed: Owed[] = [];
  #fed = 0;
  /** Time of the newest frame fed, among pictures. */
  #newestUs: MediaUs = mediaUs(0);
  #decoded = 0;
  #debt = DEBT;
  #leastOwed = Number.POSITIVE_INFINITY;
  #windowFrames = 0;
  #closed = false;
  #silent = false;
  readonly #settled: Promise<void>;

  constructor(request: FrameDecoderRequest, args: readonly string[], { makesPictures = false } = {}) {
    this.#request = request;
    this.#frame = new Uint8Array(request.width * request.height);
    // Before there is a process: a track that can't be written must not leave one behind.
    const head = matroskaHead(request.video);
    this.#process = new FfmpegProcess({ args, stdin: 'pipe', nice: DECODER_NICE, hasSideOutput: makesPictures });
    this.#pictures = this.#process.sideOutput && new SidePictures(this.#process.sideOutput);
    this.#process.stdin?.write(head);
    this.#process.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#settled = this.#process.ended.then(
      (end) => {
        this.#pictures?.end('the decoder ended');
        if (!this.#closed)
          this.#fail(
            new RecorderError(
              'DECODER_FAILED',
              `the analysis decoder stopped: ${end.complaints.at(-1) ?? (end.signal === null ? `exit code ${end.code}` : `ended by ${end.signal}`)}`,
            ),
          );
      },
      (error: unknown) => this.#fail(RecorderError.wrap(error, 'DECODER_FAILED', 'the analysis decoder')),
    );
  }

  feed(packet: Packet, isWanted: boolean): void {
    if (this.#closed || packet.track !== 'video') return;
    const { ptsUs, dtsUs } = packet;
    if (ptsUs > dtsUs) this.#debt = DEBT_OF_REORDERED;
    const timed = this.#pictures === undefined ? packet : { ...packet, ptsUs: this.#laterTime(ptsUs) };
    this.#write(timed, isWanted ? 'frame' : 'others');
    this.#fed += 1;
    if (!isWanted) return;
    const at = this.#owed.findLastIndex((other) => other.packet.ptsUs <= ptsUs);
    this.#owed.splice(at + 1, 0, { packet, fed: this.#fed });
  }

  async picture({ video, packets, maxWidth, exifTime }: PictureRequest): Promise<Uint8Array> {
    const [key] = packets;
    // A frame that is no new beginning would be a second one in its place.
    if (this.#pictures === undefined || key === undefined || packets.length > 1 || maxWidth !== undefined || !isIdr(key.data, video))
      throw new RecorderError('PICTURE_FAILED', 'the decoder makes pictures of IDR frames only, as large as they are');
    if (this.#debt === DEBT_OF_REORDERED) throw new RecorderError('PICTURE_FAILED', 'the decoder of a stream with B-frames holds frames back');
    const jpeg = await this.#pictures.ask(() => {
      const timeMs = this.#laterTimeMs(key.ptsUs);
      this.#write({ ...key, ptsUs: mediaUs(timeMs * 1000) }, 'picture');
      return timeMs;
    });
    return exifTime === undefined ? jpeg : withExif(jpeg, exifTime);
  }

  pending(): number {
    return this.#fed - this.#decoded;
  }

  async flush(): Promise<void> {
    this.#closed = true;
    this.#process.stdin?.end();
    await this.#settled;
    this.#decoded = this.#fed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#silent = true;
    this.#pictures?.end('the decoder was closed');
    this.#process.stop();
    // It hears of that only once it need not wait for more to decode.
    this.#process.stdin?.destroy();
    await this.#settled;
  }

  /** Frames and pictures of the past take turns, but times must grow. */
  #laterTime(ptsUs: MediaUs): MediaUs {
    this.#newestUs = mediaUs(Math.max(this.#newestUs + TIME_STEP_US, ptsUs));
    return this.#newestUs;
  }

  /** The same for a picture, which comes out with its time in milliseconds. */
  #laterTimeMs(ptsUs: MediaUs): number {
    const timeMs = Math.ceil(this.#laterTime(ptsUs) / 1000);
    this.#newestUs = mediaUs(timeMs * 1000);
    return timeMs;
  }

  #write(packet: PicturePacket, purpose: Parameters<typeof frameHead>[1]): void {
    const { stdin } = this.#process;
    stdin?.cork();
    stdin?.write(frameHead(packet, purpose));
    stdin?.write(packet.data);
    // What is fed in one go is written in one go.
    process.nextTick(() => stdin?.uncork());
  }

  #fail(error: RecorderError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#request.onFailure(error);
  }

  #take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const count = Math.min(chunk.length - at, this.#frame.length - this.#filled);
      this.#frame.set(chunk.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === this.#frame.length) this.#emit();
    }
  }

  #emit(): void {
    this.#filled = 0;
    const owed = this.#owed.shift();
    if (owed === undefined || this.#silent) return;
    this.#decoded = Math.max(this.#decoded, owed.fed);
    if (this.#request.live) this.#giveUpLost();
    const { width, height } = this.#request;
    const { ptsUs, wallMs } = owed.packet;
    this.#request.onFrame({ width, height, luma: this.#frame, ptsUs, wallMs });
  }

  /** Frames that damage swallowed would shift every later frame's time; they show as a debt that is never paid. */
  #giveUpLost(): void {
    this.#leastOwed = Math.min(this.#leastOwed, this.#owed.length);
    this.#windowFrames += 1;
    const { window, most, ordinary } = this.#debt;
    if (this.#windowFrames < window) return;
    if (this.#leastOwed > most) this.#owed.splice(0, this.#leastOwed - ordinary);
    this.#leastOwed = Number.POSITIVE_INFINITY;
    this.#windowFrames = 0;
  }
}
