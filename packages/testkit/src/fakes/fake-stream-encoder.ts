// An encoder without a codec: every unit that goes in comes out with the same times, as the form says, and a key frame where the form wants one.
import { type EncodedUnit, isVideoForm, RecorderError, type StreamEncoder, type StreamEncoderFactory, type StreamEncoderRequest } from '@nightjar/core';
import { formTrack } from './form-track.ts';

/** Of times on their way through a container. */
const ROUNDING_US = 1000;

/** Remembers what it opened, and lets encoders die. */
export class FakeStreamEncoderFactory implements StreamEncoderFactory {
  /** Every encoder that was opened, in order. */
  readonly opened: FakeStreamEncoder[] = [];

  /** Encoders that run. */
  get live(): number {
    return this.opened.filter(({ isOver }) => !isOver).length;
  }

  open(request: StreamEncoderRequest): FakeStreamEncoder {
    const encoder = new FakeStreamEncoder(request);
    this.opened.push(encoder);
    return encoder;
  }
}

/** One that was opened. */
export class FakeStreamEncoder implements StreamEncoder {
  readonly request: StreamEncoderRequest;
  isOver = false;
  #hasBegun = false;
  #keyUs = Number.NEGATIVE_INFINITY;
  #newestUs = Number.NEGATIVE_INFINITY;

  constructor(request: StreamEncoderRequest) {
    this.request = request;
  }

  async feed({ data, ptsUs, durationUs }: EncodedUnit): Promise<void> {
    const { form, track, afterUs = Number.NEGATIVE_INFINITY } = this.request;
    if (this.isOver) return;
    const isLate = isVideoForm(form) && ptsUs <= afterUs + ROUNDING_US;
    const stepUs = isVideoForm(form) ? 1_000_000 / form.fps : 0;
    // Decode order becomes the order in which pictures are shown: what comes back is left out.
    if (isLate || ptsUs < this.#newestUs + stepUs * 0.9) return;
    this.#newestUs = ptsUs;
    const isKey = !isVideoForm(form) || ptsUs + durationUs > this.#keyUs + form.gopSeconds * 1_000_000;
    if (isKey) this.#keyUs = ptsUs;
    this.#begin(form, track);
    this.request.onUnit({ data: data.slice(), ptsUs, dtsUs: ptsUs, durationUs, isKey });
  }

  async close(): Promise<void> {
    this.isOver = true;
  }

  /** It dies by itself. */
  die(why = 'killed'): void {
    if (this.isOver) return;
    this.isOver = true;
    this.request.onFailure(new RecorderError('ENCODER_FAILED', `the encoder stopped: ${why}`));
  }

  #begin(form: StreamEncoderRequest['form'], track: StreamEncoderRequest['track']): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const made = formTrack(form, track.kind === 'video' ? { video: track } : { audio: track });
    this.request.onTrack(made.video ?? made.audio);
  }
}
