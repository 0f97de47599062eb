// The fed decoder: packets go in as Annex B with an access unit delimiter after each, small luma frames come out.
// Raw video carries no times, so frames are matched with the packets fed: the earliest presentation time not yet seen.
import { toAnnexB } from '@nightjar/media';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Packet } from '../../model/packet.ts';
import type { FrameDecoder, FrameDecoderFactory, FrameDecoderRequest } from '../../ports/frame-decoder.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';

/** A decoder that keeps up owes few frames now and then; one that never does within `WINDOW_FRAMES` lost some to damage. */
const MOST_ALWAYS_OWED = 20;
const WINDOW_FRAMES = 100;
/** What a sound decoder owes at least, more or less: the picture it holds back. */
const ORDINARILY_OWED = 2;

/** Recording must not wait for analysis when the processor is short. */
const DECODER_NICE = 5;

/** Opens ffmpeg decoders. */
export const ffmpegFrameDecoders: FrameDecoderFactory = {
  open: (request) => new FfmpegFrameDecoder(request),
};

const decodeArgs = ({ video, width, height, intraOnly }: FrameDecoderRequest): string[] => [
  ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error'],
  // One thread: frame threads would hold frames back and cost memory.
  ...['-threads', '1', '-probesize', '32', '-analyzeduration', '0'],
  // Key frames alone need no reordering, so they need not wait for any. Of others: without the loop filter frames drift from the encoder's until the next key frame, which at night looks like movement.
  ...(intraOnly ? ['-skip_loop_filter', 'all', '-flags', 'low_delay'] : []),
  ...['-f', video.codec === 'h264' ? 'h264' : 'hevc', '-i', 'pipe:0', '-an'],
  ...['-vf', `scale=${width}:${height}:flags=area`, '-vsync', 'passthrough', '-pix_fmt', 'gray'],
  // The raw video encoder has threads of its own, and with them gives each picture out only when the next one comes.
  ...['-threads', '1'],
  ...['-flush_packets', '1', '-f', 'rawvideo', 'pipe:1'],
];

class FfmpegFrameDecoder implements FrameDecoder {
  readonly #request: FrameDecoderRequest;
  readonly #process: FfmpegProcess;
  readonly #frame: Uint8Array;
  #filled = 0;
  /** Packets whose frames have not come yet, ordered by presentation time. */
  #owed: Packet[] = [];
  #leastOwed = Number.POSITIVE_INFINITY;
  #windowFrames = 0;
  #first = true;
  #closed = false;
  #silent = false;
  readonly #settled: Promise<void>;

  constructor(request: FrameDecoderRequest) {
    this.#request = request;
    this.#frame = new Uint8Array(request.width * request.height);
    this.#process = new FfmpegProcess({ args: decodeArgs(request), stdin: 'pipe', nice: DECODER_NICE });
    this.#process.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#settled = this.#process.ended.then(
      (end) => {
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

  feed(packet: Packet): void {
    if (this.#closed || packet.track !== 'video') return;
    const { video } = this.#request;
    const head = this.#first || packet.isKey ? { parameterSets: video.parameterSets } : {};
    this.#first = false;
    this.#process.stdin?.write(toAnnexB(packet.data, video.nalLengthSize, { ...head, trailingDelimiter: video.codec }));
    const at = this.#owed.findLastIndex((other) => other.ptsUs <= packet.ptsUs);
    this.#owed.splice(at + 1, 0, packet);
  }

  pending(): number {
    return this.#owed.length;
  }

  async flush(): Promise<void> {
    this.#closed = true;
    this.#process.stdin?.end();
    await this.#settled;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#silent = true;
    this.#process.stop();
    // It hears of that only once it need not wait for more to decode.
    this.#process.stdin?.destroy();
    await this.#settled;
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
    const packet = this.#owed.shift();
    if (packet === undefined || this.#silent) return;
    if (this.#request.live) this.#giveUpLost();
    const { width, height } = this.#request;
    this.#request.onFrame({ width, height, luma: this.#frame, ptsUs: packet.ptsUs, wallMs: packet.wallMs });
  }

  /** Frames that damage swallowed would shift every later frame's time; they show as a debt that is never paid. */
  #giveUpLost(): void {
    this.#leastOwed = Math.min(this.#leastOwed, this.#owed.length);
    this.#windowFrames += 1;
    if (this.#windowFrames < WINDOW_FRAMES) return;
    if (this.#leastOwed > MOST_ALWAYS_OWED) this.#owed.splice(0, this.#leastOwed - ORDINARILY_OWED);
    this.#leastOwed = Number.POSITIVE_INFINITY;
    this.#windowFrames = 0;
  }
}
