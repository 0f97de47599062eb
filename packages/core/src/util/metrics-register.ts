// Figures for a monitoring system: what is counted as it happens, and what is read when somebody looks. It knows no exposition
// format, and costs an addition where something is counted.

/** A family of figures of one name. */
export interface MetricFamily {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Names of what tells its figures apart; values come in this order. */
  readonly labels: readonly string[];
  /** Upper bounds, ascending, of a histogram. */
  readonly buckets?: readonly number[];
}

/** What a histogram holds. */
export interface HistogramReading {
  /** Per bucket what fell into it and no smaller one, and beyond the last. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** One figure. */
export interface MetricReading {
  readonly labels: readonly string[];
  readonly value: number | HistogramReading;
}

/** A family and its figures now. */
export interface MetricFigures {
  readonly family: MetricFamily;
  readonly readings: readonly MetricReading[];
}

/** Hands over one figure while somebody looks. */
export type Emit = (family: MetricFamily, value: number, ...labels: readonly string[]) => void;

/** Combinations of labels that one counted family tells apart; what comes beyond counts under `other`. */
const MOST_SERIES = 1000;

/** Figures of one family by their labels. */
class Series<T> {
  readonly #make: () => T;
  readonly #width: number;
  readonly #known = new Map<string, { readonly labels: readonly string[]; readonly value: T }>();

  constructor(width: number, make: () => T) {
    this.#width = width;
    this.#make = make;
  }

  get(labels: readonly string[]): T {
    if (labels.length !== this.#width) throw new TypeError(`${this.#width} labels are expected, got ${labels.length}`);
    const key = labels.join('\u0000');
    const known = this.#known.get(key);
    if (known !== undefined) return known.value;
    if (this.#known.size >= MOST_SERIES && labels.some((label) => label !== 'other')) return this.get(labels.map(() => 'other'));
    const made = { labels, value: this.#make() };
    this.#known.set(key, made);
    return made.value;
  }

  map(read: (value: T) => MetricReading['value']): readonly MetricReading[] {
    return [...this.#known.values()].map(({ labels, value }) => ({ labels, value: read(value) }));
  }
}

/** Counts what happens. */
export class Counter {
  readonly #series: Series<{ count: number }>;

  constructor({ labels }: MetricFamily) {
    this.#series = new Series(labels.length, () => ({ count: 0 }));
  }

  /** @param labels - One value for each label of the family. */
  add(by: number, ...labels: readonly string[]): void {
    this.#series.get(labels).count += by;
  }

  read(): readonly MetricReading[] {
    return this.#series.map(({ count }) => count);
  }
}

/** Counts how often something took how long, or was how large. */
export class Histogram {
  readonly #buckets: readonly number[];
  readonly #series: Series<{ readonly counts: number[]; sum: number }>;

  constructor({ labels, buckets = [] }: MetricFamily) {
    this.#buckets = buckets;
    this.#series = new Series(labels.length, () => ({ counts: Array.from({ length: buckets.length + 1 }, () => 0), sum: 0 }));
  }

  /** @param labels - One value for each label of the family. */
  observe(value: number, ...labels: readonly string[]): void {
    const series = this.#series.get(labels);
    const found = this.#buckets.findIndex((bound) => value <= bound);
    const at = found < 0 ? this.#buckets.length : found;
    series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.sum += value;
  }

  read(): readonly MetricReading[] {
    return this.#series.map(({ counts, sum }) => ({ counts: [...counts], sum }));
  }
}

/** All figures of one program. */
export class MetricsRegister {
  readonly #counted: { readonly family: MetricFamily; read(): readonly MetricReading[] }[] = [];
  readonly #collectors: ((emit: Emit) => void | Promise<void>)[] = [];

  counter(family: MetricFamily): Counter {
    const counter = new Counter(family);
    this.#counted.push({ family, read: () => counter.read() });
    return counter;
  }

  histogram(family: MetricFamily): Histogram {
    const histogram = new Histogram(family);
    this.#counted.push({ family, read: () => histogram.read() });
    return histogram;
  }

  /** Figures that are read when somebody looks; a collector that fails leaves its own out. */
  collect(collector: (emit: Emit) => void | Promise<void>): void {
    this.#collectors.push(collector);
  }

  /** Every figure as it is now. */
  async read(): Promise<readonly MetricFigures[]> {
    const read = new Map<MetricFamily, MetricReading[]>();
    for (const { family, read: readOne } of this.#counted) read.set(family, [...(read.get(family) ?? []), ...readOne()]);
    const emit: Emit = (family, value, ...labels) => {
      const readings = read.get(family);
      if (readings === undefined) read.set(family, [{ labels, value }]);
      else readings.push({ labels, value });
    };
    await Promise.all(this.#collectors.map(async (collector) => collector(emit)).map((done) => done.catch(() => undefined)));
    return [...read].map(([family, readings]) => ({ family, readings })).filter(({ readings }) => readings.length > 0);
  }
}
