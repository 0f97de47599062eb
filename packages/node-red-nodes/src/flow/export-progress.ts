// Says how far an export is: never less than before, and not too often.

/** How far it is. */
export interface ExportStage {
  /** 0…1 */
  readonly part: number;
  readonly step: string;
  readonly state: string;
}

const LEAST_MS = 500;

/** Progress of one export. */
export class ExportProgress {
  readonly #tell: (percent: number, stage: ExportStage) => void;
  readonly #nowMs: () => number;
  #percent = -1;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(tell: (percent: number, stage: ExportStage) => void, nowMs: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#nowMs = nowMs;
  }

  /** The first one is told as 0, and others than `done` never as 100. */
  take(stage: ExportStage): void {
    const percent = this.#percent < 0 ? 0 : Math.min(99, Math.floor(stage.part * 100));
    if (percent <= this.#percent || this.#nowMs() - this.#toldMs < LEAST_MS) return;
    this.#say(percent, stage);
  }

  /** It is where it should be. */
  done(): void {
    if (this.#percent < 100) this.#say(100, { part: 1, step: 'done', state: 'done' });
  }

  #say(percent: number, stage: ExportStage): void {
    this.#percent = percent;
    this.#toldMs = this.#nowMs();
    this.#tell(percent, stage);
  }
}
