// Everything the recorder tells monitoring systems: what is counted on the way, and what is read when they ask.
import type { Health, ServerInfo } from '@nightjar/client';
import { METRICS } from '../../model/metric-list.ts';
import type { TriggerAction } from '../../model/trigger.ts';
import type { ProcessMeter } from '../../ports/process-meter.ts';
import type { AreaStatus } from '../../storage/area.ts';
import { type Counter, type Emit, type Histogram, MetricsRegister } from '../../util/metrics-register.ts';
import { emitCamera, type PipelineFigures } from './camera-figures.ts';
import type { SharedHistograms } from './camera-tally.ts';

/** What figures are read from. */
export interface MetricSources {
  server(): ServerInfo;
  health(): Health;
  cameras(): readonly { readonly id: string; figures(): PipelineFigures }[];
  /** Every area that is configured, with what is known of it. */
  areas(): readonly { readonly id: string; readonly status: AreaStatus | undefined }[];
  database(): { readonly rows: number; readonly gaps: number };
  feed(): { readonly readers: number; readonly published: number; readonly missed: number };
  triggers(): Readonly<Record<TriggerAction, number>>;
  exports(): { readonly queued: number; readonly running: number; readonly bytes: number; readonly ended: Readonly<Record<string, number>> };
  readonly meter: ProcessMeter;
}

/** The figures of one recorder. */
export class RecorderMetrics {
  /** For parts of the recorder that count for themselves; their families stand in the list. */
  readonly register = new MetricsRegister();
  readonly cameras: SharedHistograms;
  readonly #requests: Counter;
  readonly #requestSeconds: Histogram;

  constructor(sources: MetricSources) {
    this.cameras = { eventLatency: this.register.histogram(METRICS.eventLatency), analysisDelay: this.register.histogram(METRICS.analysisDelay) };
    this.#requests = this.register.counter(METRICS.httpRequests);
    this.#requestSeconds = this.register.histogram(METRICS.httpSeconds);
    this.register.collect((emit) => emitRecorder(emit, sources));
    this.register.collect((emit) => {
      for (const camera of sources.cameras()) emitCamera(emit, camera.id, camera.figures());
    });
    this.register.collect((emit) => emitStorage(emit, sources));
    this.register.collect((emit) => emitProcess(emit, sources.meter));
  }

  /** A request was answered; `seconds` are of those that answer and are done. */
  answered(operation: string, status: number, seconds: number | undefined): void {
    this.#requests.add(1, operation, String(status));
    if (seconds !== undefined) this.#requestSeconds.observe(seconds, operation);
  }

  /** Prometheus text. */
  async text(): Promise<string> {
    const { prometheusText } = await import('../../adapters/prometheus/prometheus-text.ts');
    return prometheusText(await this.register.read());
  }
}

const STATUSES: readonly Health['status'][] = ['ok', 'degraded', 'failing'];

function emitRecorder(emit: Emit, sources: MetricSources): void {
  const { id, version, startedAt } = sources.server();
  const { status, uptimeSeconds, problems } = sources.health();
  emit(METRICS.buildInfo, 1, version, process.versions.node, id);
  emit(METRICS.startTime, Date.parse(startedAt) / 1000);
  emit(METRICS.uptime, uptimeSeconds);
  for (const each of STATUSES) emit(METRICS.health, Number(each === status), each);
  for (const level of ['warning', 'error'] as const) emit(METRICS.alerts, problems.filter((problem) => problem.level === level).length, level);
  for (const [action, count] of Object.entries(sources.triggers())) emit(METRICS.triggers, count, action);
  const { readers, published, missed } = sources.feed();
  emit(METRICS.feedReaders, readers);
  emit(METRICS.feedChanges, published);
  emit(METRICS.feedMissed, missed);
}

function emitStorage(emit: Emit, sources: MetricSources): void {
  for (const { id, status } of sources.areas()) {
    emit(METRICS.areaUsable, Number(status?.usable === true), id);
    if (status?.usable !== true) continue;
    const { totalBytes, freeBytes } = status.space;
    emit(METRICS.areaSize, totalBytes, id);
    emit(METRICS.areaFree, freeBytes, id);
    emit(METRICS.areaUsed, Math.max(0, totalBytes - freeBytes), id);
  }
  const exports = sources.exports();
  emit(METRICS.exportsQueued, exports.queued);
  emit(METRICS.exportsRunning, exports.running);
  emit(METRICS.exportsBytes, exports.bytes);
  for (const [outcome, count] of Object.entries(exports.ended)) emit(METRICS.exportsEnded, count, outcome);
  const { rows, gaps } = sources.database();
  emit(METRICS.databaseRows, rows);
  emit(METRICS.databaseGaps, gaps);
  emit(METRICS.databaseTrouble, Number(sources.health().problems.some(({ id }) => id === 'database')));
}

async function emitProcess(emit: Emit, meter: ProcessMeter): Promise<void> {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  emit(METRICS.ownCpu, (user + system) / 1e6);
  emit(METRICS.ownMemory, rss);
  emit(METRICS.heap, heapUsed);
  const { cpuMs, rssBytes, processes } = await meter.read();
  emit(METRICS.cpu, cpuMs / 1000);
  emit(METRICS.memory, rssBytes);
  if (processes !== undefined) emit(METRICS.processes, processes - 1);
}
