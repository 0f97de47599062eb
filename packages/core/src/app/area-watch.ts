// Knows how the storage areas are, and says so when one may not be written to.
import type { AlertBoard } from '../events/alert-board.ts';
import type { AreaId } from '../model/ids.ts';
import { type Area, type AreaStatus, checkArea } from '../storage/area.ts';
import type { Environment } from './environment.ts';

/** A disk that does not answer in this time counts as missing: a hung network mount must not hang cameras. */
const ANSWER_WITHIN_MS = 3000;

/** Watches the configured areas. */
export class AreaWatch {
  #areas: readonly Area[];
  readonly #env: Environment;
  readonly #alerts: AlertBoard;
  readonly #onBack: (status: AreaStatus) => void;
  readonly #away = new Set<AreaId>();
  /** Checks that have not answered: a disk that hangs is not asked again, because every question holds a thread. */
  readonly #asked = new Map<AreaId, Promise<AreaStatus>>();
  #newest: readonly AreaStatus[] | undefined;

  /** @param onBack - An area that could not be used can be again. */
  constructor(areas: readonly Area[], env: Environment, alerts: AlertBoard, onBack: (status: AreaStatus) => void = () => undefined) {
    this.#areas = areas;
    this.#env = env;
    this.#alerts = alerts;
    this.#onBack = onBack;
  }

  /** What the last check found. */
  get newest(): readonly AreaStatus[] {
    return this.#newest ?? [];
  }

  /** Every area that is configured, with what the last check found; `undefined`: it does not answer. */
  get all(): readonly { readonly area: Area; readonly status: AreaStatus | undefined }[] {
    return this.#areas.map((area) => ({ area, status: this.newest.find((status) => status.area.id === area.id) }));
  }

  /** Takes areas that are new and other limits of those there are; one that is gone, or is somewhere else, stays as it is until the recorder starts again. */
  take(areas: readonly Area[]): void {
    const kept = this.#areas.map((area) => areas.find(({ id, path }) => id === area.id && path === area.path) ?? area);
    this.#areas = [...kept, ...areas.filter(({ id }) => !kept.some((area) => area.id === id))];
  }

  rootOf(id: AreaId): string | undefined {
    return this.#areas.find((area) => area.id === id)?.path;
  }

  /** Where an area can be read; `undefined` for one whose disk is away or does not answer: whoever reads there may hang. Until it was looked at it counts as there. */
  readableRootOf(id: AreaId): string | undefined {
    const isThere = this.#newest === undefined || this.#newest.some((status) => status.area.id === id && status.usable);
    return isThere ? this.rootOf(id) : undefined;
  }

  /** Looks at every disk. */
  async check(): Promise<readonly AreaStatus[]> {
    const { clock } = this.#env;
    const hung = new AbortController();
    const timeout = clock.sleep(ANSWER_WITHIN_MS, hung.signal).then(() => undefined);
    const statuses = await Promise.all(this.#areas.map(async (area): Promise<AreaStatus | undefined> => Promise.race([this.#ask(area), timeout])));
    hung.abort();
    const known = statuses.filter((status) => status !== undefined);
    for (const area of this.#areas)
      this.#tell(
        area,
        known.find((status) => status.area.id === area.id),
      );
    this.#newest = known;
    this.#noteReturns(known);
    return known;
  }

  #ask(area: Area): Promise<AreaStatus> {
    const { disk, areas: store } = this.#env;
    const known = this.#asked.get(area.id);
    if (known !== undefined) return known;
    const answer = checkArea({ disk, store }, area).finally(() => this.#asked.delete(area.id));
    this.#asked.set(area.id, answer);
    return answer;
  }

  #noteReturns(known: readonly AreaStatus[]): void {
    for (const area of this.#areas) {
      const status = known.find((candidate) => candidate.area.id === area.id);
      if (status?.usable !== true) this.#away.add(area.id);
      else if (this.#away.delete(area.id)) this.#onBack(status);
    }
  }

  #tell(area: Area, status: AreaStatus | undefined): void {
    const id = `area-${area.id}`;
    if (status?.usable) this.#alerts.clear(id);
    else
      this.#alerts.raise({
        id,
        level: 'error',
        text: status === undefined ? `storage area ${area.id} (${area.path}) does not answer` : status.problem.message,
      });
  }
}
