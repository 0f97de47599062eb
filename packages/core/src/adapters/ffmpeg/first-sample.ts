// Puts the first sample of each track in its place: ffmpeg's muxer begins every track at 0 and stretches (or squeezes) the
// first sample to the second one, so a picture that came seconds after the sound would claim to be as old as the sound.
import type { Sample } from '@nightjar/media';

/** Holds back the first sample of each track until the second tells when it was. Make one for each run. */
export class FirstSamplePlacer {
  /** By track: its first sample while it waits; `undefined` once it has gone on. */
  readonly #first = new Map<number, Sample | undefined>();

  /** Takes the next sample of a run; answers what may go on, in order. Decode times may be below 0. */
  push(sample: Sample): readonly Sample[] {
    const { trackId } = sample;
    if (!this.#first.has(trackId)) {
      this.#first.set(trackId, sample);
      return [];
    }
    const first = this.#first.get(trackId);
    if (first === undefined) return [sample];
    this.#first.set(trackId, undefined);
    // Without a duration of the second sample there is nothing to measure the first by.
    if (sample.duration <= 0) return [first, sample];
    const dts = sample.dts - sample.duration;
    return [{ ...first, dts, pts: first.pts + dts - first.dts, duration: sample.duration }, sample];
  }

  /** What still waits, for the end of a run. */
  flush(): readonly Sample[] {
    const waiting = [...this.#first.values()].filter((sample) => sample !== undefined);
    this.#first.clear();
    return waiting;
  }
}
