// The recorder's own figures, measured between two readings.
import type { ServerStats } from '@nightjar/client';
import { isoTime, type WallMs } from '../model/time.ts';
import type { AreaWatch } from './area-watch.ts';
import type { Environment } from './environment.ts';

/** What stats are made from beside the environment. */
export interface StatsInput {
  readonly startedMs: WallMs;
  readonly cameras: { readonly total: number; readonly online: number };
  readonly areas: AreaWatch;
}

/** Measures the recorder; rates are since the reading before. */
export class ServerStatsMeter {
  readonly #env: Environment;
  #before: { readonly atMs: number; readonly cpuMs: number; readonly storedBytes: number } | undefined;

  constructor(env: Environment) {
    this.#env = env;
  }

  async read({ startedMs, cameras, areas }: StatsInput): Promise<ServerStats> {
    const { clock, meter, events } = this.#env;
    const reading = await meter.read();
    const atMs = clock.monotonic();
    const usage = await events.usage().catch(() => ({ events: 0, sizeBytes: this.#before?.storedBytes ?? 0 }));
    const [oldest] = await events.list({ order: 'oldest', limit: 1 }).catch(() => []);
    const seconds = this.#before === undefined ? 0 : (atMs - this.#before.atMs) / 1000;
    const cpuPercent = this.#before === undefined || seconds <= 0 ? 0 : Math.max(0, (reading.cpuMs - this.#before.cpuMs) / seconds / 10);
    const written = this.#before === undefined || seconds <= 0 ? 0 : Math.max(0, (usage.sizeBytes - this.#before.storedBytes) / seconds);
    this.#before = { atMs, cpuMs: reading.cpuMs, storedBytes: usage.sizeBytes };
    const spaces = areas.newest.filter((status) => status.usable).map((status) => status.space);
    const totalBytes = spaces.reduce((sum, space) => sum + space.totalBytes, 0);
    const freeBytes = spaces.reduce((sum, space) => sum + space.freeBytes, 0);
    const now = clock.wall();
    return {
      cpuPercent: Math.round(cpuPercent * 10) / 10,
      rssBytes: reading.rssBytes,
      load1: Math.round(reading.load1 * 100) / 100,
      startedAt: isoTime(startedMs),
      uptimeSeconds: Math.round((now - startedMs) / 1000),
      cameras,
      disk: {
        totalBytes,
        freeBytes,
        usedPercent: totalBytes === 0 ? 0 : Math.round((1 - freeBytes / totalBytes) * 1000) / 10,
        ...(oldest === undefined ? {} : { oldest: isoTime(oldest.startMs) }),
        writeBytesPerSecond: Math.round(written),
      },
      at: isoTime(now),
    };
  }
}
