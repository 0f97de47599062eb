import { AnalysisPace } from './analysis-pace.ts';

const fed = (count: number, everyMs: number, latencyMs = (_index: number): number => 40): AnalysisPace => {
  const pace = new AnalysisPace();
  for (let index = 0; index < count; index++) pace.add(index * everyMs, latencyMs(index));
  return pace;
};

describe('AnalysisPace', () => {
  it.each([
    [25, 40, 25],
    [1000, 40, 25],
    [50, 200, 5],
    [6, 4000, 0.3],
  ])('tells the rate of %i verdicts %i ms apart, at any moment before the next one', (count, everyMs, fps) => {
    for (const sinceMs of [0, everyMs / 2, everyMs]) expect(fed(count, everyMs).read((count - 1) * everyMs + sinceMs).analysisFps).toBe(fps);
  });

  it('tells that analysis stands still, first less and then none', () => {
    const pace = fed(50, 200);
    expect(pace.read(49 * 200 + 10_000).analysisFps).toBeLessThan(3);
    expect(pace.read(49 * 200 + 31_000)).toEqual({ analysisFps: 0 });
  });

  it('tells the usual latency, whatever single frames took', () => {
    expect(fed(20, 200, (index) => (index === 7 ? 5000 : 80.4)).read(4000).latencyMs).toBe(80);
  });

  it('knows nothing without a verdict, no rate from a single one, and nothing of what was before', () => {
    expect(new AnalysisPace().read(0)).toEqual({ analysisFps: 0 });
    const pace = fed(1, 200);
    expect(pace.read(100)).toEqual({ analysisFps: 0, latencyMs: 40 });
    pace.clear();
    expect(pace.read(100)).toEqual({ analysisFps: 0 });
  });
});
