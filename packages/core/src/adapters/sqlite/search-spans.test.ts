import { wallMs } from '../../model/time.ts';
import { SearchSpans } from './search-spans.ts';

const HOUR_MS = 3_600_000;
const spansOf = (endMs: number, wanted = 100) => new SearchSpans({ startMs: wallMs(1000 * HOUR_MS), id: 7 }, endMs, wanted);

/** The spans that are read when each gives that share of what is wanted. */
const lengths = (share: number, endMs: number): readonly number[] => {
  const spans = spansOf(endMs);
  const hours: number[] = [];
  for (let span = spans.next(); span !== undefined; span = spans.next()) {
    hours.push((span.before.startMs - span.fromMs) / HOUR_MS);
    spans.done(share);
  }
  return hours;
};

describe('SearchSpans', () => {
  it('grow quickly where nothing is found, up to the end', () => {
    expect(lengths(0, 0)).toEqual([1, 8, 64, 512, 415]);
  });

  it('stay as they are where about enough is found', () => {
    expect(lengths(0.9, 995 * HOUR_MS)).toEqual([1, 1, 1, 1, 1]);
  });

  it('are as long as it takes to find what is still wanted', () => {
    expect(lengths(0.3, 990 * HOUR_MS)).toEqual([1, 4, 5]);
  });

  it('begin longer where more is wanted', () => {
    const span = spansOf(0, 1000).next();
    expect((span?.before.startMs ?? 0) - (span?.fromMs ?? 0)).toBe(10 * HOUR_MS);
  });

  it('begin behind a place and leave no hole', () => {
    const spans = spansOf(0);
    const first = spans.next();
    expect(first?.before).toEqual({ startMs: 1000 * HOUR_MS, id: 7 });
    spans.done(0);
    expect(spans.next()?.before).toEqual({ startMs: first?.fromMs, id: 0 });
  });

  it('become shorter where there is too much, down to a millisecond', () => {
    const spans = spansOf(0);
    const tried: number[] = [];
    do {
      const span = spans.next();
      tried.push((span?.before.startMs ?? 0) - (span?.fromMs ?? 0));
    } while (spans.shorten());
    expect(tried).toEqual([3_600_000, 450_000, 56_250, 7031, 878, 109, 13, 1]);
  });
});
