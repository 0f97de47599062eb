// The status of a node that makes exports: how far they are, then how the last one ended.
import { problemStatus } from './problem-status.ts';
import type { SiteMember } from './site-member.ts';

/** One export in it. */
export interface ExportEntry {
  show(percent: number): void;
  /** One that is not done is told with `failed` as well. */
  end(isDone: boolean): void;
}

/** Of one node. */
export class ExportStatus {
  readonly #member: Pick<SiteMember, 'show'>;
  readonly #running = new Map<object, number>();

  constructor(member: Pick<SiteMember, 'show'>) {
    this.#member = member;
  }

  /** One more is being made. */
  begin(): ExportEntry {
    const key = {};
    const show = (percent: number): void => {
      this.#running.set(key, percent);
      this.#show();
    };
    show(0);
    return {
      show,
      end: (isDone) => {
        this.#running.delete(key);
        if (this.#running.size > 0) this.#show();
        else if (isDone) this.#member.show({ fill: 'green', shape: 'dot', word: 'exported' });
      },
    };
  }

  /** One failed before it was begun, or while it was made. */
  failed(error: unknown): void {
    if (this.#running.size === 0) this.#member.show(problemStatus(error));
  }

  #show(): void {
    const percents = [...this.#running.values()];
    const percent = Math.floor(percents.reduce((sum, each) => sum + each, 0) / percents.length);
    const count = percents.length;
    if (count === 1) this.#member.show({ fill: 'blue', shape: 'dot', word: 'exporting', values: { percent } });
    else this.#member.show({ fill: 'blue', shape: 'dot', word: 'exportingMany', values: { count, percent } });
  }
}
