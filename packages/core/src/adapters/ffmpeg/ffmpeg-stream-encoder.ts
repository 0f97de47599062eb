// Encodes a live track anew with a process of its own. Times go in and come out with every frame, so nothing has to be counted or guessed.
import { type AudioTrack, Fmp4Reader, type Sample, type VideoTrack, writeFragment, writeInitSegment } from '@nightjar/media';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { EncodedUnit, StreamEncoder, StreamEncoderFactory, StreamEncoderRequest } from '../../ports/stream-encoder.ts';
import { encoderArgs } from './encoder-args.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';

/** Recording must not wait for viewers when the processor is short. */
const ENCODER_NICE = 5;
/** Bytes that may wait for the process: a key frame of a large camera, and little more. */
const MOST_WAITING_BYTES = 512 * 1024;
/** Where the first unit lies in what ffmpeg reads: what an encoder puts before its first sound must not come before 0. */
const BEGIN_US = 10_000_000;
const SECOND_US = 1_000_000;

/** Opens ffmpeg encoders. */
export const ffmpegStreamEncoders: StreamEncoderFactory = { open: (request) => new FfmpegStreamEncoder(request) };

class FfmpegStreamEncoder implements StreamEncoder {
  readonly #request: StreamEncoderRequest;
  readonly #output = new Fmp4Reader();
  #process: FfmpegProcess | undefined;
  /** Added to times on their way in. */
  #shiftUs = 0;
  #sequence = 0;
  #track: VideoTrack | AudioTrack | undefined;
  #isClosed = false;
  #settled: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(request: StreamEncoderRequest) {
    this.#request = request;
  }

  async feed(unit: EncodedUnit): Promise<void> {
    if (this.#isClosed) return;
    const { stdin } = (this.#process ??= this.#start(unit));
    this.#sequence += 1;
    const { track } = this.#request;
    stdin?.write(writeFragment(this.#sequence, [this.#sampleOf(unit)], [track]));
    if (stdin === null || stdin.writableLength <= MOST_WAITING_BYTES) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      stdin.once('drain', resolve);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    this.#process?.stop();
    this.#process?.stdin?.destroy();
    await this.#settled;
  }

  #start(first: EncodedUnit): FfmpegProcess {
    const { track, form, afterUs } = this.#request;
    this.#shiftUs = BEGIN_US - first.dtsUs;
    const after = afterUs === undefined ? {} : { afterSeconds: (afterUs + this.#shiftUs) / SECOND_US };
    const child = new FfmpegProcess({ args: encoderArgs({ track, form, ...after }), stdin: 'pipe', nice: ENCODER_NICE });
    child.stdin?.write(writeInitSegment([track]));
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#settled = child.ended.then(
      ({ complaints, signal, code }) => this.#fail(complaints.at(-1) ?? (signal === null ? `exit code ${code}` : `ended by ${signal}`)),
      (error: unknown) => this.#fail(RecorderError.wrap(error, 'ENCODER_FAILED', 'the encoder').message),
    );
    return child;
  }

  /** Both ends are rounded, not the length: so one unit ends where the next one begins. */
  #sampleOf({ data, ptsUs, dtsUs, durationUs, isKey }: EncodedUnit): Sample {
    const { trackId, timescale } = this.#request.track;
    const ticks = (us: number): number => Math.round((us * timescale) / SECOND_US);
    const dts = Math.max(0, ticks(dtsUs + this.#shiftUs));
    return { trackId, dts, pts: dts + ticks(ptsUs - dtsUs), duration: Math.max(1, ticks(dtsUs + this.#shiftUs + durationUs) - dts), isKey, data };
  }

  #read(chunk: Buffer): void {
    if (this.#isClosed) return;
    try {
      for (const item of this.#output.push(chunk)) {
        if (item.type === 'init') this.#begin(item.tracks);
        else for (const sample of item.samples) this.#give(sample);
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      this.#process?.stop();
    }
  }

  #begin(tracks: readonly (VideoTrack | AudioTrack)[]): void {
    const [track] = tracks;
    if (track === undefined) throw new TypeError('it makes a track that cannot be read');
    this.#track = track;
    this.#request.onTrack(track);
  }

  #give({ data, dts, pts, duration, isKey }: Sample): void {
    const track = this.#track;
    if (track === undefined || this.#isClosed) return;
    const toUs = (ticks: number): number => Math.round((ticks * SECOND_US) / track.timescale);
    const dtsUs = toUs(dts) - this.#shiftUs;
    this.#request.onUnit({ data, dtsUs, ptsUs: dtsUs + toUs(pts - dts), durationUs: toUs(duration), isKey: isKey || track.kind === 'audio' });
  }

  #fail(why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#wake();
    this.#request.onFailure(new RecorderError('ENCODER_FAILED', `the encoder stopped: ${why}`));
  }
}
