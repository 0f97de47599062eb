// Where moments of the calendar are in a file that is put together from many recordings: short pauses are kept, longer ones left out.

/** Pauses up to this are kept, so that sections follow each other as they were recorded. */
const JOIN_MS = 1000;

/** Recorded without a pause worth leaving out. Times in ms since 1970. */
export interface RecordedSpan {
  readonly fromMs: number;
  toMs: number;
  /** Where it begins in the file. */
  readonly seconds: number;
}

/** Takes recordings in order of their start. */
export class MediaLine {
  readonly #spans: RecordedSpan[] = [];

  /** Of what was added so far. */
  get spans(): readonly RecordedSpan[] {
    return this.#spans;
  }

  /**
   * Adds a recording. Where it reaches back into the one before, as a pre-roll does, that time counts once; one that lies wholly within
   * the time of the one before was recorded after the calendar was set back, and comes after it.
   *
   * @returns Where it begins, in seconds.
   */
  add(startMs: number, endMs: number): number {
    const last = this.#spans.at(-1);
    if (last === undefined) this.#spans.push({ fromMs: startMs, toMs: Math.max(startMs, endMs), seconds: 0 });
    else if (startMs - last.toMs > JOIN_MS || endMs < last.toMs)
      this.#spans.push({ fromMs: startMs, toMs: Math.max(startMs, endMs), seconds: this.#secondsAt(last, last.toMs) });
    else last.toMs = Math.max(last.toMs, endMs);
    const span = this.#spans.at(-1);
    return span === undefined ? 0 : this.#secondsAt(span, startMs);
  }

  #secondsAt(span: RecordedSpan, timeMs: number): number {
    return span.seconds + (timeMs - span.fromMs) / 1000;
  }
}
