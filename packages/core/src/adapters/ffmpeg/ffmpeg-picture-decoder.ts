// The fed decoder of pictures: packets go in as Matroska with times of ours, JPEGs of the wanted frames come out with the same times, so
// that a picture is never taken for another one's, whatever damage swallows.
import { matroskaHead } from '@nightjar/media';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Packet } from '../../model/packet.ts';
import { mediaUs } from '../../model/time.ts';
import type { PictureDecoder, PictureDecoderFactory, PictureDecoderRequest } from '../../ports/picture-decoder.ts';
import { jpegArgs, QUIET, TIMED_JPEGS } from './common-args.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { feedArgs, frameHead, only } from './marked-frames.ts';
import { SmjpegPictures } from './smjpeg-pictures.ts';

/** Recording comes first; but for a snapshot, a short burst of work, somebody waits. */
const NICE = { snapshots: 1, live: 5 };
/** A packet that waits longer for the decoder shows that it is too slow; how many wait at once says nothing after a GOP was fed in one go. */
const LONGEST_WAIT_MS = 2000;
const MOST_WAITING_BYTES = 32 * 1024 * 1024;
/** Pictures that may be owed: as many as are wanted within the longest wait, and those that are held back. One that swallows its packets owes ever more. */
const MOST_OWED = 150;
/** Times fed begin here: B-frames may be shown before the first key frame, and times must not be negative. */
const FIRST_MS = 10_000;
/**
 * How often a key packet of a stream with B-frames is fed: its decoder holds frames back until a new beginning, and lets them go one a
 * packet. Two do for H.265, three for H.264; only one of them becomes a JPEG.
 */
const FEEDS_OF_REORDERED = 3;

/** Opens ffmpeg picture decoders. */
export const ffmpegPictureDecoders: PictureDecoderFactory = {
  open: (request) => new FfmpegPictureDecoder(request),
};

const decoderArgs = ({ maxWidth, keysOnly }: PictureDecoderRequest): string[] => [
  ...[...QUIET, ...(keysOnly ? ['-flags', 'low_delay'] : []), ...feedArgs({ isProbed: false }), '-map', '0:v'],
  ...jpegArgs([only('picture'), ...(maxWidth === undefined ? [] : [`scale='min(iw,${Math.round(maxWidth)})':-2:flags=area`])]),
  ...[...TIMED_JPEGS, 'pipe:1'],
];

interface Owed {
  readonly timeMs: number;
  readonly packet: Packet;
}

class FfmpegPictureDecoder implements PictureDecoder {
  readonly #request: PictureDecoderRequest;
  readonly #process: FfmpegProcess;
  readonly #settled: Promise<void>;
  /** Wanted packets whose pictures have not come yet. */
  #owed: Owed[] = [];
  /** When each packet that waits for the decoder was fed, oldest first. */
  readonly #waiting: number[] = [];
  #firstUs: number | undefined;
  #newestMs = 0;
  #isReordered = false;
  #isClosed = false;

  constructor(request: PictureDecoderRequest) {
    this.#request = request;
    // Before there is a process: a track that can't be written must not leave one behind.
    const head = matroskaHead(request.video);
    this.#process = new FfmpegProcess({ args: decoderArgs(request), stdin: 'pipe', nice: request.keysOnly ? NICE.snapshots : NICE.live });
    const pictures = new SmjpegPictures(
      (jpeg, timeMs) => this.#emit(jpeg, timeMs),
      () => this.#process.stop(),
    );
    this.#process.stdout.on('data', (chunk: Buffer) => pictures.push(chunk));
    this.#process.stdin?.write(head);
    this.#settled = this.#process.ended.then(
      (end) => this.#fail(new RecorderError('PICTURE_FAILED', `the picture decoder stopped: ${end.complaints.at(-1) ?? `exit code ${end.code}`}`)),
      (error: unknown) => this.#fail(RecorderError.wrap(error, 'PICTURE_FAILED', 'the picture decoder')),
    );
  }

  feed(packet: Packet, isWanted: boolean): boolean {
    const { stdin } = this.#process;
    if (this.#isClosed || packet.track !== 'video' || stdin === null) return false;
    const isLate = performance.now() - (this.#waiting[0] ?? Number.POSITIVE_INFINITY) > LONGEST_WAIT_MS;
    if (isLate || stdin.writableLength > MOST_WAITING_BYTES || this.#owed.length >= MOST_OWED) return false;
    this.#isReordered ||= packet.ptsUs > packet.dtsUs;
    const timeMs = this.#timeOf(packet);
    if (isWanted) this.#owed.push({ timeMs, packet });
    this.#write(packet, timeMs, isWanted);
    if (this.#request.keysOnly && this.#isReordered) for (let again = 1; again < FEEDS_OF_REORDERED; again += 1) this.#write(packet, timeMs + again, false);
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#process.stop();
    // It hears of that only once it need not wait for more to decode.
    this.#process.stdin?.destroy();
    await this.#settled;
  }

  #timeOf({ ptsUs }: Packet): number {
    this.#firstUs ??= ptsUs;
    const timeMs = Math.max(0, FIRST_MS + Math.round((ptsUs - this.#firstUs) / 1000));
    // Key packets alone come in the order they are shown, and one that is fed again takes the time after.
    return this.#request.keysOnly ? Math.max(this.#newestMs + 1, timeMs) : timeMs;
  }

  #write(packet: Packet, timeMs: number, isWanted: boolean): void {
    const { stdin } = this.#process;
    this.#newestMs = Math.max(this.#newestMs, timeMs);
    this.#waiting.push(performance.now());
    stdin?.cork();
    stdin?.write(frameHead({ ...packet, ptsUs: mediaUs(timeMs * 1000) }, isWanted ? 'picture' : 'others'));
    stdin?.write(packet.data, () => this.#waiting.shift());
    process.nextTick(() => stdin?.uncork());
  }

  #emit(jpeg: Uint8Array, printedMs: number): void {
    if (this.#isClosed) return;
    const owed = this.#owed.find(({ timeMs }) => timeMs % 2 ** 32 === printedMs);
    if (owed === undefined) return;
    // What should have come before it never will.
    this.#owed = this.#owed.filter(({ timeMs }) => timeMs > owed.timeMs);
    this.#request.onPicture({ jpeg, packet: owed.packet });
  }

  #fail(error: RecorderError): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#request.onFailure(error);
  }
}
