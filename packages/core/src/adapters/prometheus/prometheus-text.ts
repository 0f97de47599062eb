// The text that Prometheus reads (exposition format 0.0.4). Loaded with the first scrape: whoever has no Prometheus does not pay for it.
import { type Metric, Registry } from 'prom-client';
import type { HistogramReading, MetricFamily, MetricFigures, MetricReading } from '../../util/metrics-register.ts';

interface Line {
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly metricName?: string;
}

const named = ({ labels }: MetricFamily, values: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(labels.map((label, index) => [label, values[index] ?? '']));

/** Buckets of the format hold what is below their bound, smaller buckets included. */
const histogramLines = (family: MetricFamily, labels: Readonly<Record<string, string>>, { counts, sum }: HistogramReading): readonly Line[] => {
  const { name, buckets = [] } = family;
  let below = 0;
  const lines = [...buckets.map(String), '+Inf'].map((le, index): Line => {
    below += counts[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
  });
  return [...lines, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: below }];
};

const linesOf =
  (family: MetricFamily) =>
  ({ labels, value }: MetricReading): readonly Line[] => {
    const all = named(family, labels);
    return typeof value === 'number' ? [{ value, labels: all }] : histogramLines(family, all, value);
  };

/** Writes figures down; each scrape has a registry of its own, so that recorders of one process do not mix. */
export async function prometheusText(figures: readonly MetricFigures[]): Promise<string> {
  const registry = new Registry();
  for (const { family, readings } of figures) {
    const { name, help, type } = family;
    const metric = { name, help, get: async () => ({ name, help, type, values: readings.flatMap(linesOf(family)), aggregator: 'sum' }) };
    // The library's own metrics count by themselves; these were counted where it cost nothing, and are only written down.
    registry.registerMetric(metric as unknown as Metric);
  }
  return registry.metrics();
}
