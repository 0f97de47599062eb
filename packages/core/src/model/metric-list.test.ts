import type { MetricFamily } from '../util/metrics-register.ts';
import { METRICS } from './metric-list.ts';

const families: readonly MetricFamily[] = Object.values(METRICS);

describe('the list of figures', () => {
  it('names each once, by the rules of Prometheus', () => {
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
    for (const { name, type, labels, help, buckets } of families) {
      expect(name).toMatch(/^nightjar_[a-z]+(_[a-z]+)*$/);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect([name, /_(ms|millis|percent|kbps|kb|mb|minutes)(_|$)/.test(name)]).toEqual([name, false]);
      expect([name, buckets !== undefined]).toEqual([name, type === 'histogram']);
      expect([name, [...(buckets ?? [])].sort((a, b) => a - b)]).toEqual([name, buckets ?? []]);
      expect(labels.filter((label) => !/^[a-z]+$/.test(label) || label === 'le')).toEqual([]);
      expect(help).toMatch(/\.$/);
    }
  });
});
