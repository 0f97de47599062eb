// Clients that ask for snapshots, and how long they wait.
import type { Picture, RecorderApi } from '@nightjar/client';
import { systemClock } from '../src/adapters/clock/system-clock.ts';
import type { RecorderApp } from '../src/app/recorder-app.ts';

/** What clients ask for, in turn. */
export const ASKED_SIZES: readonly { readonly width?: number; readonly height?: number }[] = [{}, { width: 640 }, { width: 320, height: 240 }];

/** How much is asked. */
export interface SnapshotLoad {
  readonly cameraIds: readonly string[];
  readonly clients: number;
  readonly requestsPerClient: number;
  /** Between the beginnings of a client's requests; 0: as fast as answers come. */
  readonly everyMs: number;
}

/** How long answers took. */
export interface Waits {
  readonly requests: number;
  /** Answers that were drawn, because the camera did not deliver. */
  readonly stale: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Age of the oldest picture given. */
  readonly oldestMs: number;
  /** Key frames decoded meanwhile, all cameras together. */
  readonly decodes: number;
  readonly tookMs: number;
}

/** Asks, and measures. */
export async function askForSnapshots(api: RecorderApi, app: RecorderApp, load: SnapshotLoad): Promise<Waits> {
  const waits: number[] = [];
  const ages: number[] = [];
  let stale = 0;
  const decodes = (): number => load.cameraIds.reduce((sum, id) => sum + app.pictures(id).figures.snapshotDecodes, 0);
  const [before, beganMs] = [decodes(), performance.now()];
  const client = async (number: number): Promise<void> => {
    await systemClock.sleep((load.everyMs * number) / load.clients);
    for (let request = 0; request < load.requestsPerClient; request += 1) {
      const startedMs = performance.now();
      const turn = number + request;
      const picture: Picture = await api.snapshot(
        load.cameraIds[turn % load.cameraIds.length] ?? '',
        ASKED_SIZES[Math.floor(turn / load.cameraIds.length) % ASKED_SIZES.length],
      );
      const tookMs = performance.now() - startedMs;
      waits.push(tookMs);
      if (picture.stale) stale += 1;
      else ages.push(Date.now() - Date.parse(picture.at));
      if (load.everyMs > tookMs) await systemClock.sleep(load.everyMs - tookMs);
    }
  };
  await Promise.all(Array.from({ length: load.clients }, (_, number) => client(number)));
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    requests: waits.length,
    stale,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: at(1),
    oldestMs: Math.max(0, ...ages),
    decodes: decodes() - before,
    tookMs: performance.now() - beganMs,
  };
}
